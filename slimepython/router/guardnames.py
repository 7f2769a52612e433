"""The code of guards of computed names, which goes on where `guardmade` ends; imports nothing."""

from __future__ import annotations

from typing import Final

NAMES: Final = """    inside = ("f_", "co_", "tb_", "ag_", "cr_", "gi_")
    sets = (set, frozenset)

    def checked(name):
        if type(name) is not str or name[:2] == "__" or name.startswith(inside):
            refuse("the name", repr(name))

    def spaces(kind):
        for base in kind.__mro__:
            if base is object or base is type:
                continue
            if not is_own(base):
                if not issubclass(base, BaseException):
                    refuse("an attribute of", kind.__name__)
                yield None, base
            else:
                yield vars(base), base

    def readable_name(owner, name):
        checked(name)
        kind = type(owner)
        if kind in exact and kind is not type and kind is not object or kind is int:
            if name not in readable or not hasattr(owner, name) or kind in (type(setup), type(len)):
                refuse("the attribute", name, "of", type(owner).__name__)
            return
        if isinstance(owner, type) and hasattr(type, name):
            refuse("the attribute", name, "of", type(owner).__name__)
        for one in (owner, kind) if isinstance(owner, type) else (kind,):
            if one is type:
                continue
            for space, base in spaces(one):
                if space is None and hasattr(base, name):
                    refuse("the attribute", name, "of", type(owner).__name__)
                if space is not None and name in space:
                    return

    def unordered(found):
        if type(found) in sets:
            refuse("a set behind a computed name")
        return found

    def get(*given):
        if len(given) not in (2, 3):
            refuse("getattr")
        readable_name(*given[:2])
        return unordered(getattr(*given))

    def has(*given):
        if len(given) != 2:
            refuse("hasattr")
        readable_name(*given)
        return hasattr(*given)

    def changeable(owner, name):
        checked(name)
        kind = owner if isinstance(owner, type) else type(owner)
        if kind in exact or kind is int:
            refuse("a change of", name)
        for space, base in spaces(kind):
            if space is None and hasattr(base, name):
                refuse("a change of", name)
        if isinstance(owner, type):
            for _ in spaces(type(owner)):
                pass

    def put(*given):
        if len(given) != 3:
            refuse("setattr")
        changeable(*given[:2])
        setattr(*given)

    def remove(*given):
        if len(given) != 2:
            refuse("delattr")
        changeable(*given)
        delattr(*given)

    def variables(*owner):
        if len(owner) != 1 or isinstance(owner[0], type):
            refuse("vars")
        for space, base in spaces(type(owner[0])):
            if space is None:
                refuse("vars")
        for found in vars(owner[0]).values():
            unordered(found)
        return vars(owner[0])

    def names(owner):
        kind = type(owner)
        for one in (owner, kind) if isinstance(owner, type) else (kind,):
            if one is not type:
                for space, base in spaces(one):
                    if space is None or "__dir__" in space:
                        refuse("dir")
        return dir(owner)

    special = ("__init__", "__doc__", "__repr__", "__str__", "__module__", "__call__")

    def make(*given, **keywords):
        if len(given) == 3 and not keywords:
            if type(given[2]) is not dict or type(given[1]) is not tuple:
                refuse("type")
            for name in given[2]:
                if type(name) is not str or (name[:2] == "__" and name not in special):
                    refuse("type")
            for base in given[1]:
                for space, _ in spaces(base):
                    pass
        elif len(given) != 1:
            refuse("type")
        return type(*given)

    twins = {
        "function": function, "method": method, "other": other, "value": value,
        "Is": same, "IsNot": lambda left, right: not same(left, right),
        "attribute": attribute, "item": item, "call": call, "sum": total, "getattr": get, "hasattr": has,
        "setattr": put, "delattr": remove, "vars": variables, "type": make, "dir": names,
        "text": text, "chr": lambda *given: text(chr(*given)), "held": held, "through": through, "close": close}
    for name, operation in work.items():
        twins[name] = checking_pair(operation)
    for name, twin in twins.items():
        setattr(builtins, "__sp_" + name + "__", twin)
    return ended
"""
