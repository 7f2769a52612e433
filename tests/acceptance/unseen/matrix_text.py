def multiply(a, b):
    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]


def show(matrix):
    width = max(len(str(v)) for row in matrix for v in row)
    return "\n".join(" ".join(f"{v:>{width}}" for v in row) for row in matrix)


m = [[1, 1], [1, 0]]
power = m
for _ in range(20):
    power = multiply(power, m)
print(show(power))
print(show([[0.5, 2], [1, -3]]))
