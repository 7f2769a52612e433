def running():
    count, total, low, high = 0, 0, None, None
    while True:
        value = yield (count, total, low, high)
        count += 1
        total += value
        low = value if low is None or value < low else low
        high = value if high is None or value > high else high


stats = running()
next(stats)
for value in (5, -2, 9, 0, 3.5):
    print(stats.send(value))
stats.close()
