"""A script's text in, signals out: everything in it that is not known to be answered equally; imports router modules.

The rule is an allow-list. Every kind of syntax, builtin, module, name, attribute, operator, format and constant must be
listed as equal in the table of this very pair of interpreters, for all the types that can meet there. Anything
else is a
signal, and with one signal a script stays on Full.
"""

from __future__ import annotations

import gc
import os
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from slimepython.router.attributes import check_attribute, check_hook
from slimepython.router.characters import check_characters
from slimepython.router.dynamic import BY_NAME, check_computed_attribute, programs
from slimepython.router.edits import Guarded
from slimepython.router.exceptions import check_facts, find_shown
from slimepython.router.findings import EnoughError, Findings
from slimepython.router.guards import Guards
from slimepython.router.kinds import Kinds
from slimepython.router.modules import check_import
from slimepython.router.names import check_name
from slimepython.router.operators import CHECKS
from slimepython.router.prelude import copy
from slimepython.router.rules import check_rules, check_whole
from slimepython.router.script import walk
from slimepython.router.sets import Sets
from slimepython.router.signals import Kind, Signal
from slimepython.router.source import parse, problem
from slimepython.router.syntax import _ast
from slimepython.router.tables import Tables
from slimepython.router.vocabulary import MADE_BY_NAME

MAX_NODES: Final = 60_000
"""A longer script is not looked at: deciding would take longer than most scripts."""


@dataclass(frozen=True)
class Examined:
    """What was found in a script, and the copy of it that may be tried: the script itself if there are no `guards`."""

    signals: tuple[Signal, ...]
    copy: bytes
    guards: tuple[Signal, ...] = ()
    """What would be signals as well, if a trial did not find out by itself whether they come true."""
    tree: Any = None
    """Of a script without signals that was examined briefly: what `problem` is still to be asked about."""


def analyse(source: bytes, path: str, tables: Tables | None) -> tuple[Signal, ...]:
    """Every reason not to send a script to Light as it is, in the script's order. None: Light answers as Full does."""
    return examine(source, path, tables, trial=False).signals


def examine(
    source: bytes, path: str, tables: Tables | None, *, trial: bool, script: str | None = None, brief: bool = False
) -> Examined:
    """The same; with `trial` for a run on Light that is thrown away unless it ends cleanly, and may be guarded.

    `script` is what a guarded copy takes for its own name (None: the one that it is run under). `brief` is for who
    wants to decide and not to explain: of the signals that keep it on Full one is enough, guards are not listed, and
    whether it compiles is still to be asked, which may be done while it is tried.
    Raises `ManifestError` if the table turns out to be broken.
    """
    if tables is None:
        why = "nothing is known about this pair of interpreters: there is no table that compares them"
        return Examined((Signal(0, 0, Kind.NO_TABLE, "table", why),), source)
    # A tree is many objects, all of which are alive: looking for garbage among them takes longer than they do.
    collecting = gc.isenabled()
    gc.disable()
    try:
        examined = _examine(source, path, tables, depth=0, trial=trial, script=script, brief=brief)
    except RecursionError:
        examined = Examined((Signal(0, 0, Kind.SYNTAX, "depth", "it is nested too deeply to be looked into"),), source)
    finally:
        if collecting:
            gc.enable()
    shadowed = _shadowed(path, tables)
    if shadowed is not None:
        why = "a file beside the script has the name of a standard module"
        return replace(examined, signals=(Signal(0, 0, Kind.EFFECT, shadowed, why), *examined.signals))
    return examined


def _examine(
    source: bytes,
    path: str,
    tables: Tables,
    depth: int,
    *,
    trial: bool,
    script: str | None = None,
    brief: bool = False,
) -> Examined:
    tree = parse(source, path)
    if isinstance(tree, Signal):
        return Examined((tree,), source)
    walked = walk(tree)
    if len(walked.nodes) > MAX_NODES:
        return Examined((Signal(0, 0, Kind.SYNTAX, "length", f"it has more than {MAX_NODES} nodes"),), source)
    # Guards ask classes for what they hold, and nothing of the script's may be run by that.
    guardable = trial and depth == 0 and "__getattribute__" not in walked.functions
    guards = Guards(source) if guardable else None
    findings = Findings(walked, Kinds(walked, tables), tables, path, guards, trial=trial, brief=brief)
    with suppress(EnoughError):
        _check(findings, depth, trial=trial)
    signals = findings.signals()
    # Asked last, since it takes long and most scripts that have signals have others.
    wrong = None if signals or brief else problem(tree, path)
    if wrong is not None:
        signals = (wrong,)
    if signals or guards is None or not (guards.edits or guards.aliases):
        return Examined(signals, source, findings.checked(), tree)
    readable = _readable(findings) if guards.computed else frozenset()
    guarded = Guarded(
        edits=tuple(guards.edits),
        refused=tuple(guards.refused),
        calls=tuple(guards.calls),
        words=tuple(guards.words),
        readable=readable,
        aliases=frozenset(guards.aliases),
        strange=tables.unicode,
        script=script,
    )
    return Examined(signals, copy(source, guarded), findings.checked(), tree)


def _check(findings: Findings, depth: int, *, trial: bool) -> None:
    find_shown(findings)
    # What is soon asked comes first: it may be enough.
    check_whole(findings)
    Sets(findings, nested=depth > 0).check()
    check_nodes(findings)
    check_rules(findings)
    check_characters(findings)
    check_facts(findings)
    for node, text in programs(findings):
        _check_program(findings, node, text, depth, trial=trial)


def _readable(findings: Findings) -> frozenset[str]:
    """Attributes of builtin types that may be read by any name: none of their differences could show in this script,
    and they make nothing of a type that is looked for by its makers' names."""
    return frozenset(
        name
        for name, kinds in findings.tables.attributes.kinds()
        if name not in MADE_BY_NAME and name[:2] != "__" and all(findings.kind_of(each) is None for each in kinds)
    )


def check_nodes(findings: Findings) -> None:
    """Each node by itself."""
    _check_names(findings)
    for kind, nodes in findings.script.by_kind.items():
        if kind.__name__ not in findings.tables.nodes:
            findings.unlisted(nodes[0], f"node {kind.__name__}", "this kind of syntax was not compared")
        for checks in (NODES, CHECKS):
            check: Any = checks.get(kind)
            if check is not None:
                for node in nodes:
                    check(findings, node)


def _check_names(findings: Findings) -> None:
    """Each name once in each scope where it is bound around; wherever it may be a builtin's or a module's, each use."""
    script = findings.script
    builtins = findings.tables.builtins
    for name, nodes in script.names.items():
        # What is bound at all is the script's own then, wherever that is.
        plain = name not in script.imports and name not in builtins and name[:2] != "__"
        own: set[int] = set()
        for node in nodes:
            if node.ctx.__class__ is _ast.Load:
                if id(node.scope) in own:
                    continue
                if script.is_local(name, node.scope) or (plain and script.resolve(name, node.scope) is not None):
                    own.add(id(node.scope))
                    continue
            check_name(findings, node)
            if name in BY_NAME and findings.kinds.builtin(node) is not None:
                check_computed_attribute(findings, node)


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


def _check_program(findings: Findings, node: Any, text: str, depth: int, *, trial: bool) -> None:
    """A constant text that is run: judged like the script, but what it does not bind may be bound around it."""
    if depth > 2:
        findings.add(node, Kind.DYNAMIC_CODE, node.id, "programs in programs in programs are not followed")
        return
    bound = {*findings.script.module.bound, *findings.script.rebound, *findings.script.imports}
    program = text.encode("utf-8", "surrogatepass")
    for signal in _examine(program, "<string>", findings.tables, depth + 1, trial=trial).signals:
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


NODES: Final[dict[type, Any]] = {
    _ast.Attribute: check_attribute,
    _ast.Constant: _check_constant,
    _ast.Import: check_import,
    _ast.ImportFrom: check_import,
    _ast.FunctionDef: check_hook,
    _ast.AsyncFunctionDef: check_hook,
}
