"""Decimal arithmetic: sums of money, a square root by Newton."""

from decimal import Decimal, getcontext


def work():
    getcontext().prec = 28
    total = Decimal(0)
    for i in range(1, 1_500):
        price = Decimal(i) / 100
        total += (price * Decimal("1.19")).quantize(Decimal("0.01"))
    x = Decimal(2)
    for _ in range(60):
        x = (x + 2 / x) / 2
    return str(total), str(x)
