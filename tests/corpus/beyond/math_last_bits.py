import cmath
import math

for x in (0.1, 0.7, 1.3, 2.9, 10.1, 123.456):
    print(x, math.exp(x), math.log(x), math.sin(x), math.tan(x), math.gamma(x) if x < 100 else "", math.erf(x), x**x if x < 100 else "")
print(math.lgamma(3.3), math.log2(10), math.log1p(1e-10), math.cbrt(5), math.expm1(1e-5), math.atan2(1, 3))
print(cmath.exp(1 + 2j), cmath.sqrt(-3), (1 + 2j) ** 0.5)
