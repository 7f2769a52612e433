"""Judges formatting by its specifications: f-strings, `format` and `%`; imports router modules."""

from __future__ import annotations

import re
from typing import Any, Final

from slimepython.router.characters import WHY
from slimepython.router.findings import Findings
from slimepython.router.signals import Kind
from slimepython.router.syntax import _ast
from slimepython.router.tables import Shape
from slimepython.router.vocabulary import INTS, STR

SPEC: Final = re.compile(r"(?:.?[<>=^])?[-+ ]?z?(#?)0?\d*[,_]?(?:\.\d+)?([a-zA-Z%]?)", re.S)
PERCENT: Final = re.compile(r"%(?:\(([^()]*)\))?[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?([a-zA-Z%])")
DATES: Final = re.compile(r"(?:[^%{}]|%[YmdHMSjyIpfaAbB%])*")
"""What `strftime` was compared with."""


def check_formatted(findings: Findings, node: Any) -> None:
    if node.format_spec is None:
        return
    parts = node.format_spec.values
    text: str | None = ""
    for part in parts:
        if isinstance(part, _ast.Constant):
            text = (text or "") + part.value
        elif isinstance(part, _ast.FormattedValue) and (kinds := findings.kinds.of(part.value)) is not None:
            text = (text or "") + ("9" if kinds <= INTS else "")
        else:
            # A part that is not known: any of the specifications that were compared, which all are in the table.
            text = None
            break
    check_spec(findings, node, text, node.value if node.conversion == -1 else None)


def check_spec(findings: Findings, node: Any, text: str | None, value: Any) -> None:
    """One format specification (None: not known) applied to a value (None: to a text)."""
    if text is None:
        for presentation in sorted(findings.tables.formats.names()):
            shapes = findings.tables.formats.get(presentation)
            findings.judge(node, f"format {presentation}", shapes, arguments=None if value is None else [value, node])
        return
    match = SPEC.fullmatch(text)
    if match is None:
        if "datetime" in {each.partition(":")[0] for found in findings.script.imports.values() for each in found} and (
            DATES.fullmatch(text)
        ):
            return
        if not any(name in findings.script.functions for name in ("__format__",)):
            findings.unlisted(node, f"format {text!r}", "this specification was not compared")
        return
    presentation = match.group(1) + match.group(2)
    if presentation[-1:] == "c":
        findings.add(node, Kind.UNSUPPORTED, f"format {text!r}", WHY)
    if presentation not in findings.tables.formats:
        if "__format__" not in findings.script.functions:
            findings.unlisted(node, f"format {text!r}", "this specification was not compared")
        return
    if value is not None:
        shapes = findings.tables.formats.get(presentation)
        guard = _guard(findings, value)
        findings.judge(node, f"format {presentation}", shapes, arguments=[value, node], guard=guard)


def _guard(findings: Findings, value: Any) -> Any:
    """How a trial may look at what is formatted."""
    guards = findings.guards
    if guards is None:
        return None
    return lambda shapes: guards.value(value, [first(shape) for shape in shapes])


def first(shape: Shape) -> frozenset[str] | None:
    """The types of a shape's first argument."""
    return shape.arguments[0] if shape.arguments else None


def check_format_text(findings: Findings, node: Any, text: str) -> None:
    """`"…".format(…)` with a constant text."""
    for field in re.finditer(r"\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}", text.replace("{{", "").replace("}}", "")):
        name, _, spec = field.group(1).partition(":")
        if "__" in name:
            findings.unlisted(node, f"format field {name!r}")
        check_spec(findings, node, None if "{" in spec else spec, None)


def check_percent(findings: Findings, node: Any) -> None:
    text = node.left.value
    values = node.right.elts if isinstance(node.right, _ast.Tuple) else None
    found = [match for match in PERCENT.finditer(text) if match.group(2) != "%"]
    for place, match in enumerate(found):
        conversion = match.group(2)
        shapes = findings.tables.percents.get(conversion)
        if shapes is None:
            findings.unlisted(node, f"%{conversion}", "this conversion was not compared")
            continue
        value = values[place] if values is not None and place < len(values) else None
        if conversion == "c" and (value is None or findings.kinds.of(value) != STR):
            findings.add(node, Kind.UNSUPPORTED, "%c", WHY)
        findings.judge(node, f"percent {conversion}", shapes, arguments=[value, node] if value is not None else None)
    if not findings.thrown_away or findings.is_shown("TypeError"):
        findings.judge(
            node, "Mod", findings.tables.operators.get("Mod"), arguments=(node.left, node.right)
        ) if not found else None
