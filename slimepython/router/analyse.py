"""A script's text in, signals out: everything in it that is not known to be answered equally; imports router modules.

The rule is an allow-list. Every kind of syntax, builtin, module, name, attribute, operator, format and constant must be
listed as equal in the table of this very pair of interpreters, for all the types that can meet there. Anything
else is a
signal, and with one signal a script stays on Full.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from typing import Any, Final

from slimepython.router.attributes import check_attribute, check_hook
from slimepython.router.dynamic import BY_NAME, check_computed_attribute, programs
from slimepython.router.exceptions import check_facts, find_shown
from slimepython.router.findings import Findings
from slimepython.router.kinds import Kinds
from slimepython.router.modules import check_import
from slimepython.router.names import check_name
from slimepython.router.operators import check_operator
from slimepython.router.rules import check_rules
from slimepython.router.script import walk
from slimepython.router.sets import Sets
from slimepython.router.signals import Kind, Signal
from slimepython.router.source import parse
from slimepython.router.syntax import _ast
from slimepython.router.tables import Tables

MAX_NODES: Final = 60_000
"""A longer script is not looked at: deciding would take longer than most scripts."""
FUNCTIONS: Final = (_ast.FunctionDef, _ast.AsyncFunctionDef)


def analyse(source: bytes, path: str, tables: Tables | None) -> tuple[Signal, ...]:
    """Every reason not to send a script to Light, in the script's order. None: Light answers as Full does."""
    if tables is None:
        why = "nothing is known about this pair of interpreters: there is no table that compares them"
        return (Signal(0, 0, Kind.NO_TABLE, "table", why),)
    found = _analyse(source, path, tables, depth=0)
    shadowed = _shadowed(path, tables)
    if shadowed is not None:
        found = (
            Signal(0, 0, Kind.EFFECT, shadowed, "a file beside the script has the name of a standard module"),
            *found,
        )
    return found


def _analyse(source: bytes, path: str, tables: Tables, depth: int) -> tuple[Signal, ...]:
    tree = parse(source, path)
    if isinstance(tree, Signal):
        return (tree,)
    script = walk(tree)
    if len(script.nodes) > MAX_NODES:
        return (Signal(0, 0, Kind.SYNTAX, "length", f"it has more than {MAX_NODES} nodes"),)
    findings = Findings(script, Kinds(script, tables), tables, path)
    find_shown(findings)
    for node in script.nodes:
        check_node(findings, node)
    Sets(findings).check()
    check_rules(findings)
    check_facts(findings)
    for node, text in programs(findings):
        _check_program(findings, node, text, depth)
    return findings.signals()


def check_node(findings: Findings, node: Any) -> None:
    """One node by itself."""
    kind = node.__class__
    if kind.__name__ not in findings.tables.nodes:
        findings.unlisted(node, f"node {kind.__name__}", "this kind of syntax was not compared")
    if kind is _ast.Name:
        check_name(findings, node)
        if node.id in BY_NAME and findings.kinds.builtin(node) is not None:
            check_computed_attribute(findings, node)
    elif kind is _ast.Attribute:
        check_attribute(findings, node)
    elif kind is _ast.Constant:
        _check_constant(findings, node)
    elif kind in (_ast.Import, _ast.ImportFrom):
        check_import(findings, node)
    elif kind in FUNCTIONS:
        check_hook(findings, node)
    check_operator(findings, node)


def _check_constant(findings: Findings, node: Any) -> None:
    value = node.value
    if isinstance(value, str) and not value.isascii():
        ranges = findings.tables.unicode
        for character in value:
            place = bisect_right(ranges, (ord(character), 0x110000)) - 1
            if place >= 0 and ranges[place][0] <= ord(character) <= ranges[place][1]:
                findings.add(
                    node, Kind.UNSUPPORTED, f"U+{ord(character):04X}", "the tiers' Unicode tables differ on it"
                )
    elif isinstance(value, int) and value.bit_length() > 14_000:
        findings.unlisted(node, "huge number", "numbers that cannot be printed were not compared")


def _check_program(findings: Findings, node: Any, text: str, depth: int) -> None:
    """A constant text that is run: judged like the script, but what it does not bind may be bound around it."""
    if depth > 2:
        findings.add(node, Kind.DYNAMIC_CODE, node.id, "programs in programs in programs are not followed")
        return
    bound = {*findings.script.module.bound, *findings.script.rebound, *findings.script.imports}
    for signal in _analyse(text.encode("utf-8", "surrogatepass"), "<string>", findings.tables, depth + 1):
        # Its names may be the script's, or those of a namespace that is given: their values are judged where
        # they are made.
        given = isinstance(node.up, _ast.Call) and (len(node.up.args) > 1 or node.id == "compile")
        if signal.kind is Kind.UNLISTED and (signal.subject in bound or (given and signal.subject.isidentifier())):
            continue
        findings.add(node, signal.kind, signal.subject, f"in the text it runs: {signal.why}")


def _shadowed(path: str, tables: Tables) -> str | None:
    """A file beside the script that one tier would import in place of its own module."""
    folder = os.path.dirname(path) or "."  # noqa: PTH120
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                stem, dot, suffix = entry.name.partition(".")
                if stem in tables.known_modules and (suffix in ("py", "pyc") or (suffix.endswith("so") and dot)):
                    if not os.path.samefile(entry.path, path):  # noqa: PTH121
                        return entry.name
                elif stem in tables.known_modules and not dot and os.path.exists(f"{entry.path}/__init__.py"):  # noqa: PTH110
                    return entry.name
    except OSError:
        return None
    return None
