"""Finds what makes texts whose characters are not written in the script: the Unicode tables differ on some; imports
router modules.

Characters that are written are judged where they stand. Those that are computed a trial looks at when they are made.
"""

from __future__ import annotations

from typing import Any, Final

from slimepython.router.calls import note_name
from slimepython.router.findings import Findings
from slimepython.router.signals import Kind
from slimepython.router.syntax import _ast, words

MAKERS: Final = words(
    """decode loads load unescape unquote unquote_plus parse_qs parse_qsl literal_eval lookup normalize translate
    tounicode raw_decode TextIOWrapper"""
)
"""Functions and methods that make texts of bytes, numbers or escapes, by their names."""
WHY: Final = "it may make a character that the tiers' Unicode tables differ on"


def check_characters(findings: Findings) -> None:
    """Every call that may make any character, and every such function that is given away."""
    script = findings.script
    if not findings.tables.unicode:
        return
    for node in script.names.get("chr", ()):
        if findings.kinds.builtin(node) and not _is_written(node):
            note_name(findings, node, Kind.UNSUPPORTED, "chr", WHY)
    for name in sorted(MAKERS):
        own = name in script.functions
        for node in script.uses(name):
            # What is called by an attribute may be another's, even if the script has a method of that name.
            mine = own and not (isinstance(node, _ast.Attribute) and isinstance(node.up, _ast.Call))
            if isinstance(node.ctx, _ast.Load) and not mine:
                _made(findings, node, name)
    for node in script.names.get("str", ()):
        call = node.up
        called = isinstance(call, _ast.Call) and call.func is node and findings.kinds.builtin(node)
        if called and len(call.args) + len(call.keywords) > 1:
            _made(findings, node, "str")


def _made(findings: Findings, node: Any, name: str) -> None:
    call = node.up
    called = isinstance(call, _ast.Call) and call.func is node
    guarded = called and name != "TextIOWrapper" and findings.guards is not None and findings.guards.text(call)
    (findings.guarded if guarded else findings.add)(node, Kind.UNSUPPORTED, name, WHY)


def _is_written(node: Any) -> bool:
    """`chr(65)`: an ASCII character."""
    given = node.up.args if isinstance(node.up, _ast.Call) and node.up.func is node else ()
    return any(isinstance(each, _ast.Constant) and isinstance(each.value, int) and each.value < 128 for each in given)
