from enum import Enum, Flag, IntFlag, KEEP, StrEnum, auto, member, nonmember


class Planet(Enum):
    EARTH = (5.97, 6.37)
    MARS = (0.64, 3.39)
    TERRA = EARTH

    def __init__(self, mass, radius):
        self.mass = mass

    @classmethod
    def _missing_(cls, value):
        return cls.MARS if value == "red" else None


class Shade(StrEnum):
    LIGHT = auto()
    DARK = "Dark!"
    extra = nonmember(5)


class Perm(IntFlag, boundary=KEEP):
    R = 4
    W = 2
    X = 1
    RW = R | W


print(list(Planet), Planet.TERRA is Planet.EARTH, Planet("red"), Planet["MARS"].mass, Planet.__members__.keys(), Planet.EARTH in Planet, len(Planet), repr(Planet.MARS))
print(list(Shade), Shade.DARK, f"{Shade.LIGHT:>8}", Shade.LIGHT == "light", Shade.extra, Shade("Dark!").name)
print(Perm.R | Perm.X, Perm(7), Perm.RW & ~Perm.W, int(Perm.RW), Perm.RW.name, Perm(0), list(Perm(3)), Perm(16) | Perm.R, Perm.R in Perm.RW)
try:
    Planet(3)
except ValueError:
    print("no such planet")
Animal = Enum("Animal", "CAT DOG", start=5)
print(Animal.DOG, Animal.DOG.value, [a.name for a in Animal], Animal.CAT < Animal.DOG if hasattr(Animal.CAT, "__lt__") and False else "unordered")
