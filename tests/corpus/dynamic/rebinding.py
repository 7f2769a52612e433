"""A small pipeline which is built by replacing its own steps."""


def step(value):
    return value + 1


log = []
log.append(("function", step(1)))


class step:  # noqa: F811
    def __init__(self, by):
        self.by = by

    def __call__(self, value):
        return value * self.by


log.append(("class", step(3)(4)))
step = step(10)
log.append(("instance", step(4)))
step = [step, step, lambda v: v - 1]
result = 2
for part in step:
    result = part(result)
log.append(("list", result))
step = {"twice": lambda v: v + v, "text": str}
log.append(("dict", step["text"](step["twice"](21))))

for kind, value in log:
    print(f"{kind:<9} {value!r}")


def shape_shifter(flag):
    if flag:
        out = 0
        for i in range(4):
            out += i
    else:
        out = ""
        for c in "abc":
            out = c + out
    return out


for flag in (True, False, 1, "", []):
    print(repr(flag), "->", repr(shape_shifter(flag)))

x = 5
x = x if x > 3 else "small"
print(x)
x = "small" if x > 3 else x
print(x, x[0], x[::-1])
x = [x] * 2 + [None]
print(x)
