from dataclasses import dataclass
from enum import Enum


class Heading(Enum):
    N = (0, 1)
    E = (1, 0)
    S = (0, -1)
    W = (-1, 0)

    def right(self):
        order = list(Heading)
        return order[(order.index(self) + 1) % 4]

    def left(self):
        order = list(Heading)
        return order[order.index(self) - 1]


class Collision(Exception):
    def __init__(self, where):
        super().__init__(f"something stands at {where}")
        self.where = where


@dataclass
class Robot:
    x: int = 0
    y: int = 0
    heading: Heading = Heading.N
    carrying: str = ""

    def step(self, walls):
        dx, dy = self.heading.value
        goal = self.x + dx, self.y + dy
        if goal in walls:
            raise Collision(goal)
        self.x, self.y = goal

    def run(self, moves, walls=frozenset(), goods=None):
        goods = goods or {}
        for i, move in enumerate(moves):
            match move:
                case "F":
                    self.step(walls)
                case "R":
                    self.heading = self.heading.right()
                case "L":
                    self.heading = self.heading.left()
                case "P":
                    self.carrying = goods.pop((self.x, self.y), self.carrying)
                case other:
                    raise ValueError(f"move {i}: {other!r}")
        return self


walls = frozenset({(2, 2), (0, -1)})
goods = {(1, 2): "crate", (3, 0): "barrel"}
r = Robot()
print(r.run("FFRF", walls, goods))
print(r.run("P", walls, goods).carrying, goods)
for moves in ("F", "RFFLLX", "LLFFFLF"):
    try:
        print(r.run(moves, walls, goods))
    except Collision as c:
        print("bump", c, c.where == (2, 2))
    except ValueError as v:
        print("error:", v)
print(r.heading, r.heading.name, r.heading.value, r == Robot(r.x, r.y, r.heading, "crate"))
