class Base:
    def who(self):
        return ["Base"]


class Left(Base):
    def who(self):
        return ["Left", *super().who()]


class Right(Base):
    def who(self):
        return ["Right", *super().who()]


class Both(Left, Right):
    def who(self):
        return ["Both", *super().who()]


print(Both().who(), [c.__name__ for c in Both.__mro__], super(Left, Both()).who())
try:
    type("Bad", (Base, Left), {})
except TypeError:
    print("no order")


class Proxy:
    def __mro_entries__(self, bases):
        return (Base,)


class Odd(Proxy()):
    pass


print(Odd.__mro__[1].__name__, Odd.__orig_bases__[0].__class__.__name__)


class Box:
    def __class_getitem__(cls, item):
        return f"{cls.__name__} of {item}"

    def __init_subclass__(cls, **kw):
        cls.kw = kw


class Small(Box, size=1):
    pass


print(Box[int, "x"], Small.kw, Small["y"], issubclass(Small, Box), Small.__base__.__name__)


class Meta(type):
    @classmethod
    def __prepare__(mcls, name, bases):
        class Log(dict):
            def __setitem__(self, k, v):
                order.append(k)
                super().__setitem__(k, v)

        return Log()

    def __instancecheck__(cls, instance):
        return instance == 42

    def __getattr__(cls, name):
        return f"made {name}"


order = []


class Weird(metaclass=Meta):
    a = 1

    def b(self): ...

    a = 2


print([n for n in order if not n.startswith("__")], isinstance(42, Weird), isinstance("x", Weird), Weird.nothing, Weird.a)


class Cell:
    def __init__(self):
        self.__secret = 1

    @property
    def p(self):
        return self.__secret

    @p.setter
    def p(self, v):
        self.__secret = v * 2

    @staticmethod
    def s(v):
        return v

    @classmethod
    def c(cls):
        return cls.__name__


cell = Cell()
cell.p = 4
print(cell.p, vars(cell), Cell.s(3), cell.c(), Cell.p.fget(cell))
