prices = [0.1] * 10 + [0.7, 0.2]
print(sum(prices))
print(sum(prices) == 1.9, round(sum(prices), 6))
