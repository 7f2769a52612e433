x = "global"


def counter():
    n = 0

    def up(by=1):
        nonlocal n
        n += by
        return n

    return up, lambda: n


up, now = counter()
up(), up(5)
print(now(), up.__closure__[0].cell_contents, up.__code__.co_freevars)
print([f() for f in [lambda: i for i in range(3)]], [f() for f in [lambda i=i: i for i in range(3)]])


class Scope:
    x = "class"
    seen = x
    listed = [x for _ in range(1)]

    def method(self):
        return x


print(Scope.seen, Scope.listed, Scope().method())


def change():
    global x, fresh
    x, fresh = "changed", 1


change()
print(x, fresh, [y := 5, y**2], y, (z := 3) + z)
if (n := len("abc")) > 2:
    print(n)


def late():
    try:
        return unset
    except NameError:
        return "unset yet"


print(late())
unset = "set"
print(late())


def shadow():
    try:
        print(x)
    except UnboundLocalError:
        print("unbound")
    x = 1


shadow()
for i in range(2):
    pass
else:
    print("else", i)
while True:
    break
else:
    print("never")
a, (b, *c), d = 1, (2, 3, 4), 5
print(a, b, c, d, *[1, 2], sep="-", end="!\n")
