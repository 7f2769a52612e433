for i in range(1, 16):
    print("Fizz" * (i % 3 == 0) + "Buzz" * (i % 5 == 0) or i)
print(*["FizzBuzz" if n % 15 == 0 else "Fizz" if n % 3 == 0 else "Buzz" if n % 5 == 0 else n for n in range(1, 16)])
rules = {3: "Fizz", 5: "Buzz", 7: "Bang"}
def say(n):
    out = "".join(word for d, word in rules.items() if not n % d)
    return out if out else str(n)
print(list(map(say, range(1, 22))))
from itertools import cycle, islice
f = cycle(["", "", "Fizz"]); b = cycle(["", "", "", "", "Buzz"])
print([x + y or str(i) for i, (x, y) in enumerate(islice(zip(f, b), 15), 1)])
def rec(n, m):
    if n > m: return []
    match n % 3, n % 5:
        case 0, 0: w = "FizzBuzz"
        case 0, _: w = "Fizz"
        case _, 0: w = "Buzz"
        case _: w = n
    return [w] + rec(n + 1, m)
print(rec(1, 15))
