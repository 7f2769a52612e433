"""The copy of a script that is tried: its changed text, and what sets up guards and runs it; imports router modules.

The text is run by a launcher and has nothing put before it, since its lines must keep their numbers: these show in
namespaces of classes, in warnings and in whatever reads the source.
"""

from __future__ import annotations

from slimepython.router.edits import Guarded
from slimepython.router.guardcode import OPERATORS
from slimepython.router.guardmade import MADE
from slimepython.router.guardnames import NAMES

RUN = """
import builtins, sys
main = sys.modules["__main__"].__dict__
for name in aliases:
    main[name] = getattr(builtins, "__sp_" + name + "__")
try:
    exec(compile(text, script or main["__file__"], "exec", dont_inherit=True), main)
finally:
    ended()
"""


def copy(source: bytes, guarded: Guarded) -> bytes:
    """The copy of a script that is tried."""
    parts = []
    at = 0
    for edit in sorted(guarded.edits):
        parts += [source[at : edit.offset], edit.text]
        at = edit.offset + edit.length
    return _launcher(b"".join((*parts, source[at:])).decode(), guarded)


def _launcher(text: str, guarded: Guarded) -> bytes:
    refused = [
        [tuple(None if place is None else sorted(place) for place in pair) for pair in pairs]
        for pairs in guarded.refused
    ]
    calls = [
        [(None if a is None else sorted(a), count, [sorted(place) for place in places]) for a, count, places in every]
        for every in guarded.calls
    ]
    given = {"text": text, "aliases": sorted(guarded.aliases), "script": guarded.script}
    readable = "frozenset(" + repr(sorted(guarded.readable)) + ")"
    setup = f"ended = setup({refused!r}, {calls!r}, {guarded.words!r}, {readable}, {guarded.strange!r}, script)\n"
    code = OPERATORS + MADE + NAMES + setup + RUN
    # In a namespace of its own, in which new classes are still the script's.
    return f"exec({code!a}, {{'__name__': '__main__', **{given!a}}})\n".encode("ascii")
