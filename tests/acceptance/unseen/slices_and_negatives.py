letters = "abcdefghij"
numbers = list(range(-3, 4))
print(letters[::2], letters[-3:], letters[5:2:-1], numbers[::-1])
print([n // 2 for n in numbers], [n % 3 for n in numbers], [-n / 2 for n in numbers])
print(divmod(-7, 3), pow(2, 10), 2**-1, round(2.5), round(-1.5), abs(-0.0))
numbers[1:3] = ["x"]
del numbers[-1]
print(numbers, "x" in numbers, numbers.index("x"))
