"""Stock items, orders and what they cost."""

from dataclasses import FrozenInstanceError, asdict, astuple, dataclass, field, fields, replace
from typing import ClassVar


@dataclass(order=True, frozen=True)
class Item:
    sort_key: tuple = field(init=False, repr=False, compare=True)
    name: str
    cents: int
    tags: tuple = ()

    def __post_init__(self):
        object.__setattr__(self, "sort_key", (self.cents, self.name))


@dataclass
class Line:
    item: Item
    count: int = 1

    @property
    def total(self):
        return self.item.cents * self.count


@dataclass
class Order:
    vat: ClassVar[int] = 19
    customer: str
    lines: list = field(default_factory=list)
    note: str | None = field(default=None, metadata={"max": 80})

    def add(self, item, count=1):
        for line in self.lines:
            if line.item == item:
                line.count += count
                return self
        self.lines.append(Line(item, count))
        return self

    def total(self):
        net = sum(line.total for line in self.lines)
        return net + net * self.vat // 100


@dataclass(slots=True, kw_only=True)
class Parcel:
    weight: float
    express: bool = False


tea = Item("tea", 350, ("hot",))
mug = Item("mug", 899)
lid = replace(mug, name="lid", cents=99)
print(tea, lid)
print(sorted([mug, tea, lid])[0].name, tea < mug, tea == Item("tea", 350, ("hot",)))
order = Order("Ada").add(tea, 2).add(mug).add(tea)
print(order)
print(order.total(), Order.vat)
print(asdict(order)["lines"][0])
print(astuple(lid))
print([f.name for f in fields(order)], fields(Order)[2].metadata["max"])
try:
    tea.cents = 1
except FrozenInstanceError as error:
    print("frozen:", error)
box = Parcel(weight=1.5)
box.express = True
print(box, hasattr(box, "__dict__"))
try:
    Parcel(2.0)
except TypeError:
    print("keyword only")
match box:
    case Parcel(weight=w, express=True):
        print("express", w)
match lid:
    case Item(_, name, cents):
        print("positional", name, cents)
print(Line.__match_args__)
