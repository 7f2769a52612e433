"""Training workload: attribute-heavy classes, descriptors, metaclasses, dataclasses, enums, closures, generators, async."""
import asyncio
import contextlib
import dataclasses
import enum
import functools
import heapq
import itertools
import collections


class Checked:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, obj, kind=None):
        return self if obj is None else getattr(obj, self.name)

    def __set__(self, obj, value):
        if value is None:
            raise ValueError(self.name)
        setattr(obj, self.name, value)


class Registry(type):
    known = {}

    def __new__(mcls, name, bases, space, **extra):
        cls = super().__new__(mcls, name, bases, space)
        mcls.known[name] = cls
        return cls


class Shape(metaclass=Registry):
    size = Checked()

    def __init__(self, size):
        self.size = size
        self.notes = []

    def area(self):
        return 0

    @property
    def half(self):
        return self.size / 2

    @staticmethod
    def unit():
        return 1

    @classmethod
    def make(cls, n):
        return cls(n)

    def __lt__(self, other):
        return self.size < other.size

    def __getattr__(self, name):
        if name.startswith("dyn_"):
            return len(name)
        raise AttributeError(name)


class Square(Shape):
    def area(self):
        return self.size * self.size


class Circle(Shape):
    def area(self):
        return 3.14159 * self.size ** 2 + super().area()


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a = a
        self.b = b

    def __add__(self, other):
        return Slotted(self.a + other.a, self.b + other.b)

    def __eq__(self, other):
        return self.a == other.a and self.b == other.b

    def __hash__(self):
        return hash((self.a, self.b))


@dataclasses.dataclass(order=True)
class Item:
    key: int
    name: str = dataclasses.field(compare=False)
    rest: list = dataclasses.field(default_factory=list, compare=False)


class Colour(enum.Enum):
    RED = 1
    GREEN = 2
    BLUE = 3


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def plain_fib(n):
    return n if n < 2 else plain_fib(n - 1) + plain_fib(n - 2)


def call_forms(*args, key=1, **kwargs):
    return len(args) + key + len(kwargs)


@contextlib.contextmanager
def scope(log):
    log.append("in")
    try:
        yield log
    finally:
        log.append("out")


def walk(tree):
    if isinstance(tree, list):
        for branch in tree:
            yield from walk(branch)
    else:
        yield tree


def objects():
    shapes = [cls.make(i % 17 + 1) for i in range(400) for cls in (Square, Circle)]
    total = 0
    for shape in shapes:
        total += shape.area() + shape.half + shape.unit() + shape.dyn_x
        shape.notes.append(total)
        if hasattr(shape, "missing"):
            total -= 1
    sorted(shapes)
    vectors = [Slotted(i, -i) for i in range(500)]
    functools.reduce(lambda a, b: a + b, vectors)
    assert len(set(vectors)) == 500
    items = [Item(i * 7919 % 1000, f"n{i}") for i in range(300)]
    heapq.heapify(items)
    [heapq.heappop(items) for _ in range(100)]
    [Colour(i % 3 + 1).name for i in range(300)], Colour["RED"] is Colour.RED


def containers():
    counts = collections.Counter(i % 37 for i in range(3000))
    groups = collections.defaultdict(list)
    for key, value in counts.items():
        groups[value].append(key)
    merged = {**groups, **{str(k): v for k, v in counts.items()}}
    a, b = set(range(0, 1500, 2)), set(range(0, 1500, 3))
    a & b, a | b, a - b, a ^ b, frozenset(a) <= b
    queue = collections.deque(range(200), maxlen=100)
    queue.rotate(5)
    {k: v for k, v in sorted(merged.items(), key=str)}
    list(itertools.islice(itertools.chain.from_iterable(zip(a, b)), 500))
    list(map(str, itertools.accumulate(range(300)))), [x for row in [[1, 2], [3]] * 100 for x in row]
    d = {}
    for i in range(3000):
        d[f"k{i % 300}"] = d.get(f"k{i % 300}", 0) + i
    for k in list(d)[::2]:
        del d[k]
    match [1, {"a": (2, 3)}]:
        case [1, {"a": (x, y)}] if x < y:
            pass


def control():
    fib.cache_clear()
    fib(80), plain_fib(17)
    for i in range(1500):
        try:
            if i % 10 == 0:
                raise KeyError(i)
            call_forms(1, 2, key=i, extra=3), call_forms(*(1, 2), **{"key": 2})
        except (KeyError, ValueError) as exc:
            exc.args
        finally:
            pass
    with scope([]) as log:
        log.extend(walk([1, [2, [3, [4, 5]], 6], [[7]]] * 60))
    sum(x * y for x in range(60) for y in range(20) if x ^ y)
    eval("sum(i * i for i in range(50))", {})


async def worker(queue, out):
    while (n := await queue.get()) is not None:
        await asyncio.sleep(0)
        out.append(n * 2)


async def asynchronous():
    queue, out = asyncio.Queue(), []
    tasks = [asyncio.create_task(worker(queue, out)) for _ in range(5)]
    for i in range(300):
        await queue.put(i)
    for _ in tasks:
        await queue.put(None)
    await asyncio.gather(*tasks)

    async def numbers():
        for i in range(100):
            yield i

    assert sum([i async for i in numbers()]) == 4950


for turn in range(300):
    objects()
    containers()
    control()
    if turn % 3 == 0:
        asyncio.run(asynchronous())
