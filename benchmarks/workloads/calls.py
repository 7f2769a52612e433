"""Function calls: positional, keyword, star arguments, closures, recursion."""


def add(a, b=1, *rest, scale=1):
    return (a + b + len(rest)) * scale


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def adder(n):
    return lambda m: n + m


def work():
    total, plus = 0, adder(5)
    for i in range(10_000):
        total += add(i) + add(i, b=2) + add(*(i, 2, 3), **{"scale": 2}) + plus(i)
    return total + fib(17)
