from dataclasses import dataclass


@dataclass
class Circle:
    r: float


@dataclass
class Rect:
    w: float
    h: float


class Colour:
    RED = "red"


def look(value):
    match value:
        case None | True:
            return "constant"
        case 0 | 0.0:
            return "zero"
        case int(n) if n < 0:
            return f"negative {n}"
        case int() | float() as number:
            return f"number {number}"
        case Colour.RED:
            return "red"
        case str() as s if len(s) > 3:
            return f"long {s}"
        case "go" | "run":
            return "verb"
        case []:
            return "empty"
        case [x]:
            return f"one {x}"
        case [Circle(r), Rect(w=w) as rect, *rest]:
            return f"shapes {r} {w} {rect.h} {rest}"
        case (first, *_, last):
            return f"from {first} to {last}"
        case {"kind": "user", "name": str(name), **more}:
            return f"user {name} {sorted(more)}"
        case {}:
            return "mapping"
        case Circle(r=0):
            return "dot"
        case _:
            return "other"


samples = [None, True, False, 0, -4, 2.5, "red", "lemonade", "go", "x", [], ["a"], (1, 2, 3), [Circle(1), Rect(2, 3), 9], {"kind": "user", "name": "Ida", "z": 1, "a": 2}, {"q": 1}, Circle(0), Circle(2), b"ab", {1}, range(2)]
for sample in samples:
    print(f"{sample!r:<46} {look(sample)}")
