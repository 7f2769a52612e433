from decimal import ROUND_HALF_EVEN, ROUND_UP, Context, Decimal, InvalidOperation, getcontext, localcontext

prices = [Decimal("19.99"), Decimal("0.05"), Decimal("5")]
total = sum(prices)
print(total, total * Decimal("0.19"), (total * Decimal("0.19")).quantize(Decimal("0.01"), ROUND_HALF_EVEN))
print(Decimal(1) / 7, Decimal(2).sqrt(), Decimal("1E+5"), Decimal("0.00100").normalize(), Decimal("1.10") == Decimal("1.1"))
with localcontext() as context:
    context.prec = 50
    print(Decimal(1) / 7, Decimal(2).ln(), Decimal(1).exp())
print(getcontext())
try:
    Decimal("abc")
except InvalidOperation as error:
    print(repr(error))
print(Decimal("NaN"), Decimal("-Infinity"), Decimal("1.234").as_tuple(), f"{Decimal('1234567.891'):,.2f}", Context(prec=3, rounding=ROUND_UP).divide(Decimal(10), Decimal(3)))
