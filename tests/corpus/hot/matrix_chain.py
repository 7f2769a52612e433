MOD = 1_000_000_007


def multiply(a, b):
    n = len(a)
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) % MOD for column in columns] for row in a]


def power(m, k):
    n = len(m)
    result = [[int(i == j) for j in range(n)] for i in range(n)]
    while k:
        if k & 1:
            result = multiply(result, m)
        m, k = multiply(m, m), k >> 1
    return result


size = 44
matrix = [[(i * 31 + j * 17 + 5) % 97 for j in range(size)] for i in range(size)]
answer = power(matrix, 10**7 + 3)
print(answer[0][:4], sum(map(sum, answer)) % MOD)
