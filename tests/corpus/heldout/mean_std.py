import math

data = [2.5, 3.7, 4.1, 5.9, 6.3, 7.7, 8.2, 9.9, 0.1, 0.2, 0.3]
n = len(data)
mean = sum(data) / n
var = sum((x - mean) ** 2 for x in data) / (n - 1)
print("n    =", n)
print("mean =", mean)
print("var  =", var)
print("std  =", math.sqrt(var))
z = [(x - mean) / math.sqrt(var) for x in data]
for x, s in zip(data, z):
    print(x, s)
print(sum(z))
