"""The code of guards of texts that are made and of generators that are let go; goes on where `guardcode` ends."""

from __future__ import annotations

from typing import Final

MADE: Final = """
    def text(given):
        kind = type(given)
        if kind is str:
            for each in set(given) if not given.isascii() else ():
                if any(low <= ord(each) <= high for low, high in strange):
                    refuse("the character", ascii(each))
        elif kind is dict:
            for key, value in given.items():
                text(key)
                text(value)
        elif kind is list or kind is tuple:
            for each in given:
                text(each)
        return given

    pending = []
    asked = []

    def let_go():
        # What somebody closes by name is closed there and then; and nothing else, while that goes on.
        if not asked:
            refuse("a generator that is let go")
        asked.pop()

    def held(given):
        pending.append(None)
        try:
            got = yield given
        except (GeneratorExit, StopIteration):
            let_go()
            raise
        finally:
            pending.pop()
        return got

    def through(given):
        pending.append(None)
        try:
            got = yield from given
        except (GeneratorExit, StopIteration):
            let_go()
            raise
        finally:
            pending.pop()
        return got

    def close(owner):
        if type(owner) is not type(held(None)):
            return owner.close

        def closing():
            asked.append(None)
            try:
                return owner.close()
            finally:
                asked.clear()

        return closing

    def ended():
        if pending:
            refuse("a generator that is let go")
"""
