numbers = {503, 12, 7, 90, 1024, 33, -5, 64}
print(numbers)
print(list({n * 37 % 101 for n in range(12)}))
print(numbers | {1, 2, 3}, numbers - {7}, frozenset([9, 8, 1 << 40]))
print({3.5, 2.0, 1e10}.pop())
