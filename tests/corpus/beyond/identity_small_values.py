a, b = int("256"), int("256")
c, d = int("257"), int("257")
print(a is b, c is d)
x, y = "".join(["ab", "c"]), "abc"
print(x is y, x == y, () is tuple([]), "" is str(b"", "ascii"))
print(id(a) == id(b), id([]) == id([]), type(id(a)).__name__)
import sys
print(sys.intern(x) is sys.intern("abc"))
for n in (1, 2):
    print((lambda: 1) is (lambda: 1), "a" * 4096 is "a" * 4096)
