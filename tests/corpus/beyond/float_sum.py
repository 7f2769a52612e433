prices = [0.1] * 10
print(sum(prices), sum([1e16, 1, -1e16]), sum([0.1, 0.2, 0.3]), sum(x / 10 for x in range(11)))
total = 0.0
for price in prices:
    total += price
print(total, total == sum(prices))
measured = [19.99, 5.01, 3.3, 7.77, 0.07]
print(sum(measured) / len(measured), f"{sum(measured):.2f}")
