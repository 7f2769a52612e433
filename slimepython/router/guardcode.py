"""The code of guards of operators and calls; it runs on Light before the copy of a script. Imports nothing.

It is written in Python that both tiers know. A guard that must not go on ends the process at once (status 70): nothing
in the script can catch that, and the run counts as failed. Types that it does not know count as all those that they
might be.
"""

from __future__ import annotations

from typing import Final

OPERATORS: Final = """
def setup(refused, calls, words, readable, strange, script):
    import builtins, os, sys

    if script is not None:
        sys.argv[0] = script

    def refuse(*what):
        os.write(2, ("a guard met " + " ".join(map(str, what)) + "\\n").encode("utf-8", "replace"))
        os._exit(70)

    exact = {bool: "bool", type(None): "NoneType", float: "float", complex: "complex", str: "str", bytes: "bytes",
        bytearray: "bytearray", list: "list", tuple: "tuple", dict: "dict", set: "set", frozenset: "frozenset",
        range: "range", slice: "slice", memoryview: "memoryview", type(setup): "function", type(len): "builtin",
        type([].append): "builtin", type: "type", object: "object", type(...): "ellipsis",
        type(NotImplemented): "NotImplementedType", type(x for x in ()): "generator", type(iter([])): "iterator",
        type(zip()): "iterator", type(enumerate([])): "iterator", type(map(str, [])): "iterator",
        type(filter(None, [])): "iterator", type(reversed([])): "iterator", type(iter({})): "iterator",
        type({}.keys()): "view", type({}.values()): "view", type({}.items()): "view"}
    exact = {kind: frozenset((name,)) for kind, name in exact.items()}
    ints = {name: frozenset((name,)) for name in ("zero", "int", "negative", "big", "negative_big")}
    unknown = frozenset(("object", "derived", "strlike", "inplace", "exception", "iterator", "other", "type",
        "property", "coroutine", "alias", "view", "builtin", "function"))
    plain = frozenset(("object",))

    def is_own(kind):
        return type.__getattribute__(kind, "__module__") == "__main__"

    def of_class(kind):
        names = set()
        for base in kind.__mro__:
            if base is object:
                continue
            if not is_own(base):
                if base is BaseException or issubclass(base, BaseException):
                    names.add("exception")
                    continue
                return unknown
            for hook in vars(base):
                if hook[:3] == "__i" and hook not in ("__init__", "__iter__", "__init_subclass__", "__index__",
                        "__int__", "__instancecheck__", "__invert__"):
                    names.add("inplace")
        return frozenset(names) | plain

    def kinds(value):
        kind = type(value)
        found = exact.get(kind)
        if found is not None:
            return found
        if kind is int:
            if value == 0:
                return ints["zero"]
            if value > 0:
                return ints["int" if value < 1 << 62 else "big"]
            return ints["negative" if value > -(1 << 62) else "negative_big"]
        return of_class(kind)

    refused = [[(None if a is None else frozenset(a), None if b is None else frozenset(b)) for a, b in pairs]
        for pairs in refused]

    calls = [[(None if a is None else frozenset(a), n, [frozenset(each) for each in places]) for a, n, places in every]
        for every in calls]

    def checking(number, function, name, first):
        every = [(n, places) for a, n, places in calls[number] if a is None or not a.isdisjoint(first)]
        if not every:
            return function

        def checked(*args, **keywords):
            for count, places in every:
                if count is not None and not len(args) <= count <= len(args) + len(keywords):
                    continue
                if all(not place.isdisjoint(kinds(each)) for each, place in zip(args, places)):
                    refuse(name, "with", *[type(each).__name__ for each in args])
            return function(*args, **keywords)

        return checked

    def function(number, given):
        return checking(number, given, getattr(given, "__name__", "?"), plain)

    def method(number, owner, word):
        name = words[word]
        return checking(number, getattr(owner, name), name, kinds(owner))

    def check(number, left, right):
        one = kinds(left)
        other = kinds(right)
        for first, second in refused[number]:
            if (first is None or not first.isdisjoint(one)) and (second is None or not second.isdisjoint(other)):
                refuse(type(left).__name__, "and", type(right).__name__)

    work = {
        "Add": lambda a, b: a + b, "Sub": lambda a, b: a - b, "Mult": lambda a, b: a * b, "Div": lambda a, b: a / b,
        "FloorDiv": lambda a, b: a // b, "Mod": lambda a, b: a % b, "Pow": lambda a, b: a ** b,
        "LShift": lambda a, b: a << b, "RShift": lambda a, b: a >> b, "BitAnd": lambda a, b: a & b,
        "BitOr": lambda a, b: a | b, "BitXor": lambda a, b: a ^ b, "MatMult": lambda a, b: a @ b,
        "Eq": lambda a, b: a == b, "NotEq": lambda a, b: a != b, "Lt": lambda a, b: a < b,
        "LtE": lambda a, b: a <= b, "Gt": lambda a, b: a > b, "GtE": lambda a, b: a >= b, "In": lambda a, b: a in b,
        "NotIn": lambda a, b: a not in b}

    def checking_pair(operation):
        def pair(number, left, right):
            check(number, left, right)
            return operation(left, right)

        return pair

    def other(number, left, right):
        check(number, left, right)
        return right

    def value(number, given):
        found = kinds(given)
        for first, _ in refused[number]:
            if not first.isdisjoint(found):
                refuse(type(given).__name__)
        return given

    once = frozenset((type(None), bool, type(...), type(NotImplemented), type, list, dict, set, bytearray,
        type(setup), type(x for x in ())))

    def exists_once(given):
        kind = type(given)
        if kind in once or (kind not in exact and kind is not int and kinds(given) == plain):
            return True
        return any(base.__name__ == "Enum" and base.__module__ == "enum" for base in kind.__mro__)

    def same(left, right):
        if not (exists_once(left) or exists_once(right)):
            refuse("is between", type(left).__name__, "and", type(right).__name__)
        return left is right

    def attribute(number, owner, word, right):
        name = words[word]
        kind = type(owner)
        if not all(base is object or (is_own(base) and "__getattribute__" not in vars(base)) for base in kind.__mro__):
            refuse("the attribute", name)
        for base in kind.__mro__:
            if name in vars(base):
                left = vars(base)[name]
                if type(left).__name__ != "member_descriptor" and hasattr(type(left), "__get__"):
                    refuse("the attribute", name)
                break
        else:
            if name not in owner.__dict__:
                refuse("the attribute", name)
        check(number, object.__getattribute__(owner, name), right)
        return right

    def item(number, owner, key, right):
        kind = type(owner)
        if kind is list and type(key) is int:
            if -len(owner) <= key < len(owner):
                check(number, owner[key], right)
        elif kind is dict and type(key) in (str, int, bool, type(None), float):
            if key in owner:
                check(number, owner[key], right)
        elif kind.__name__ == "defaultdict" and kind.__module__ == "collections" and type(key) in (str, int):
            if dict.__contains__(owner, key):
                check(number, dict.__getitem__(owner, key), right)
            elif owner.default_factory in (int, float, str, list, dict):
                check(number, owner.default_factory(), right)
            else:
                refuse("an item of", kind.__name__)
        elif kind.__name__ == "Counter" and kind.__module__ == "collections" and type(key) in (str, int):
            check(number, dict.get(owner, key, 0), right)
        else:
            refuse("an item of", kind.__name__)
        return right

    def call(function, *args, **kwargs):
        try:
            return function(*args, **kwargs)
        except BaseException:
            refuse("an error")

    def corrected(high, low):
        return high + low if low and low - low == 0 else high

    def total(*given, **keywords):
        if not given or len(given) + len(keywords) > 2 or (keywords and "start" not in keywords):
            refuse("a sum of floats, or of what cannot be followed")
        iterable = given[0]
        start = given[1] if len(given) > 1 else keywords.get("start", 0)
        if type(start) in (str, bytes, bytearray):
            refuse("a sum of floats, or of what cannot be followed")
        result = start
        state = 0 if type(result) is int else 1
        low = 0.0
        for each in iterable:
            if state == 0:
                if type(each) is int or type(each) is bool:
                    result = result + each
                    continue
                result = result + each
                state = 1 if type(result) is float else 3
                if type(result) is complex:
                    refuse("a sum of floats, or of what cannot be followed")
                continue
            if state == 1 and type(result) is float and (type(each) is float or type(each) is int):
                if type(each) is int:
                    if not -(1 << 62) < each < 1 << 62:
                        refuse("a sum of floats, or of what cannot be followed")
                    result = result + float(each)
                    continue
                before = result
                result = before + each
                if abs(before) >= abs(each):
                    low += (before - result) + each
                else:
                    low += (each - result) + before
                continue
            if state == 1 and type(result) is float and (isinstance(each, int) or corrected(result, low) != result):
                refuse("a sum of floats, or of what cannot be followed")
            state = 3
            result = result + each
            if type(result) is complex:
                refuse("a sum of floats, or of what cannot be followed")
        if state == 1 and type(result) is float and result == result and corrected(result, low) != result:
            refuse("a sum of floats, or of what cannot be followed")
        return result
"""
