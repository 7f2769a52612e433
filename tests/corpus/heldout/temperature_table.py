def c2f(c):
    return c * 9 / 5 + 32

def f2c(f):
    return (f - 32) * 5 / 9

print("Celsius | Fahrenheit")
print("--------+-----------")
for c in range(-20, 41, 5):
    print("{:7d} | {:9.1f}".format(c, c2f(c)))

readings = [12.5, 13.1, 11.8, 15.0, 17.2, 16.9, 14.4]
print("min", min(readings), "max", max(readings))
avg = sum(readings) / len(readings)
print("mean {:.2f}".format(avg))
above = [r for r in readings if r > avg]
print("above:", above)
diffs = [round(b - a, 1) for a, b in zip(readings, readings[1:])]
print(diffs)
print([round(f2c(f), 2) for f in (0, 32, 100, 212)])
