"""Storage back ends must implement an interface; what is missing is said by name."""

from abc import ABC, abstractmethod
from typing import Protocol, runtime_checkable


class Backend(ABC):
    @abstractmethod
    def read(self, key): ...

    @abstractmethod
    def write(self, key, value): ...

    @property
    @abstractmethod
    def name(self): ...

    def copy(self, a, b):
        self.write(b, self.read(a))


class Memory(Backend):
    name = "memory"

    def __init__(self):
        self.data = {}

    def read(self, key):
        return self.data[key]

    def write(self, key, value):
        self.data[key] = value


class ReadOnly(Backend):
    def read(self, key):
        return key.upper()


class Nothing(Backend):
    pass


for cls in (Memory, ReadOnly, Nothing):
    try:
        backend = cls()
    except TypeError as error:
        print(f"{cls.__name__}: {error}")
    else:
        backend.write("a", 1)
        backend.copy("a", "b")
        print(backend.name, backend.data)


@runtime_checkable
class Readable(Protocol):
    def read(self, key): ...


print(isinstance(Memory(), Readable), isinstance(3, Readable), issubclass(ReadOnly, Readable))


class Foreign:
    def read(self, key):
        return None


Backend.register(Foreign)
print(isinstance(Foreign(), Backend), issubclass(Foreign, Backend), Foreign.__mro__[1].__name__)
try:
    Memory().missing
except AttributeError as error:
    print(error)
print(sorted(Nothing.__abstractmethods__))
