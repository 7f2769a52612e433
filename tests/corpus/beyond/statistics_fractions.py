from fractions import Fraction
from statistics import mean, median, median_high, mode, multimode, pvariance, quantiles

data = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]
print(mean(data), median(data), median_high([1, 2, 3, 4]), mode(data), multimode("aabbc"), mean([Fraction(1, 3), Fraction(1, 6)]), pvariance([1, 2, 3, 4]), quantiles(range(1, 12), n=4))
a, b = Fraction(3, 4), Fraction("0.125")
print(a + b, a / b, a**2, a // b, -a % 1, round(Fraction(7, 2)), Fraction(3.5), Fraction("22/7").limit_denominator(3), a > 0.7, float(a), f"{Fraction(1, 3):.4f}", a.numerator, Fraction(10, -4), int(Fraction(-7, 2)), sum([Fraction(1, n) for n in range(1, 8)]))
