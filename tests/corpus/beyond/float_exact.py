import math

values = [0.1, 1 / 3, 1e22, 1e23, 5e-324, 1.7976931348623157e308, 123456789.125, -0.0, 2.675]
for v in values:
    print(repr(v), f"{v:.3f}" if abs(v) < 1e20 else f"{v:.3e}", v.hex(), v.is_integer())
print(0.1 + 0.2, 0.1 * 3, 1e16 + 1, 7.5 // 2, -7.5 % 2, divmod(-7.5, 2), math.sqrt(2), math.fsum([0.1] * 10))
print(round(2.5), round(3.5), round(2.675, 2), round(-0.5), round(1234.5, -2), float("1_000.5"), float("  -inf "), math.floor(-2.5), math.ceil(-2.5), math.trunc(-2.5))
print(math.inf > 1e308, math.nan == math.nan, math.isclose(0.1 + 0.2, 0.3), math.copysign(1, -0.0), (0.1).as_integer_ratio(), math.frexp(10.5), math.ldexp(0.5, 4), math.modf(-3.25))
print(math.comb(50, 25), math.factorial(25), math.isqrt(10**20), math.gcd(48, 180, 30), math.lcm(4, 6, 10), math.prod(range(1, 11)), math.dist((0, 0), (3, 4)))
