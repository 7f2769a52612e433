import copy
import pickle
from dataclasses import dataclass, field
from enum import Enum


class Colour(Enum):
    RED = 1
    BLUE = 2


@dataclass
class Car:
    name: str
    colour: Colour
    parts: list = field(default_factory=list)


car = Car("beetle", Colour.BLUE, [1, {"a": (2, 3)}])
car.parts.append(car.parts)
for clone in (pickle.loads(pickle.dumps(car)), copy.deepcopy(car), copy.copy(car)):
    print(clone.name, clone.colour is Colour.BLUE, clone.parts is car.parts, clone.parts[2] is clone.parts, clone.parts[:2])


class State:
    def __init__(self):
        self.open, self.cache = 1, {}

    def __getstate__(self):
        return {"open": self.open}

    def __setstate__(self, state):
        self.__dict__.update(state, cache="rebuilt")


print(vars(pickle.loads(pickle.dumps(State()))), vars(copy.copy(State())))
