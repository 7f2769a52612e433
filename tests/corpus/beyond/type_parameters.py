from typing import Self, TypeAliasType, get_type_hints

type Pair[T] = tuple[T, T]
type Tree = int | list[Tree]


class Stack[T]:
    def __init__(self) -> None:
        self.items: list[T] = []

    def push(self, item: T) -> Self:
        self.items.append(item)
        return self

    def pop(self) -> T:
        return self.items.pop()


def first[T: (int, str), *Ts, **P](items: list[T], default: T | None = None) -> T | None:
    return items[0] if items else default


class Later:
    other: "Undefined | None"
    me: Stack[int]

    def link(self, to: Later) -> list[Later]:
        return [self, to]


print(Stack[int].__args__, Stack.__type_params__, first.__type_params__, isinstance(Pair, TypeAliasType), Pair.__name__, Pair[int].__args__)
print(Stack().push(1).push(2).pop(), first([3]), first([], 9), Tree.__value__)
print(sorted(get_type_hints(Later.link)), get_type_hints(Later.link)["return"])
print(first.__annotations__.keys(), Stack.push.__annotations__["return"] is Self, int | None, list[int] | str, dict[str, list[int]])
