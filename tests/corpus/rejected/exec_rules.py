"""Price rules kept as text, loaded into a namespace of their own."""

RULES = '''
def student(price):
    return price * 0.8

def bulk(price, n):
    if n >= LIMIT:
        return price * n * 0.9
    return price * n

class Season:
    factor = 1.25
    @classmethod
    def apply(cls, price):
        return price * cls.factor

TABLE = {k: k * k for k in range(4)}
'''

space = {"LIMIT": 10}
exec(RULES, space)
print(round(space["student"](50), 2))
print(round(space["bulk"](2, 9), 2), round(space["bulk"](2, 10), 2))
print(space["Season"].apply(80), space["TABLE"])
print(sorted(k for k in space if not k.startswith("__")))

for i, op in enumerate(["+", "-", "*", "//", "%", "**"]):
    exec(f"def op{i}(a, b): return a {op} b")
print([globals()[f"op{i}"](7, 2) for i in range(6)])

local = {}
exec("total = 0\nfor n in numbers:\n    total += n", {"numbers": [1, 2, 3]}, local)
print(local)
