import gc

gc.disable()


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


a = Noisy("a")
b = a
del a
print("one name left")
del b
print("after b")
[Noisy("in list"), Noisy("second")].clear()
print("list done")
c, d = Noisy("c"), Noisy("d")
c.other, d.other = d, c
del c, d
print("cycle waits")
print(gc.collect() >= 0)


def frame():
    local = Noisy("local")
    print("leaving")


frame()
keep = Noisy("at exit")
print("end of script")
