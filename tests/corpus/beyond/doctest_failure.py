"""
>>> 1 + 1
2
>>> [n * n for n in range(4)]
[0, 1, 4, 8]
>>> 1 / 0
Traceback (most recent call last):
ZeroDivisionError: division by zero
"""
import doctest

print(doctest.testmod())
