"""Coins, choices and refunds as states and events."""

from enum import Enum, Flag, IntEnum, auto, unique


@unique
class State(Enum):
    IDLE = auto()
    PAYING = auto()
    SERVING = auto()
    BROKEN = auto()

    @property
    def busy(self):
        return self in (State.PAYING, State.SERVING)


class Coin(IntEnum):
    TEN = 10
    FIFTY = 50
    EURO = 100


class Trouble(Flag):
    NONE = 0
    NO_WATER = auto()
    NO_CUPS = auto()
    DOOR = auto()


PRICES = {"tea": 80, "coffee": 120, "cocoa": 150}


class Machine:
    def __init__(self):
        self.state, self.credit, self.trouble, self.log = State.IDLE, 0, Trouble.NONE, []

    def go(self, state):
        self.log.append(f"{self.state.name}>{state.name}")
        self.state = state

    def handle(self, event):
        match self.state, event:
            case State.BROKEN, ("repair",):
                self.trouble = Trouble.NONE
                self.go(State.IDLE)
                return "as new"
            case State.BROKEN, _:
                return "out of order"
            case _, ("trouble", Trouble() as what):
                self.trouble |= what
                if len(self.trouble) > 1:
                    self.go(State.BROKEN)
                return f"noted {what.name}"
            case (State.IDLE | State.PAYING), ("coin", Coin(value=v)):
                self.credit += v
                if self.state is State.IDLE:
                    self.go(State.PAYING)
                return f"credit {self.credit}"
            case State.PAYING, ("choose", name) if name in PRICES and PRICES[name] <= self.credit:
                self.credit -= PRICES[name]
                self.go(State.SERVING)
                return f"serving {name}"
            case State.PAYING, ("choose", str(name)):
                return f"{name}: not enough"
            case State.SERVING, ("taken",):
                self.go(State.PAYING if self.credit else State.IDLE)
                return f"left {self.credit}"
            case _, ("refund",):
                back, self.credit = self.credit, 0
                self.go(State.IDLE)
                return f"refund {back}"
            case state, (name, *_):
                return f"{name} ignored while {state.name.lower()}"


machine = Machine()
events = [
    ("choose", "tea"), ("coin", Coin.FIFTY), ("choose", "tea"), ("coin", Coin.EURO), ("choose", "tea"), ("coin", Coin.TEN),
    ("taken",), ("trouble", Trouble.NO_CUPS), ("choose", "cocoa"), ("refund",), ("trouble", Trouble.DOOR), ("coin", Coin.EURO), ("repair",),
]
for event in events:
    print(f"{event[0]:<8} {machine.handle(event):<32} {machine.state.name} busy={machine.state.busy}")
print(machine.log)
print([f"{c.name}={c:d}" for c in Coin], sum(Coin), Coin(50), State["IDLE"], State(2))
both = Trouble.NO_WATER | Trouble.DOOR
print(both, Trouble.DOOR in both, ~both & Trouble.NO_CUPS, bool(Trouble.NONE), list(both))
