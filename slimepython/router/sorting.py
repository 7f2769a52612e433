"""Light compares and hashes in another order, or more often: finds where that could show; imports router modules."""

from __future__ import annotations

from typing import Final

from slimepython.router.calls import called_name
from slimepython.router.findings import Findings
from slimepython.router.quiet import is_quiet
from slimepython.router.signals import Kind
from slimepython.router.syntax import _ast, words


def check_sorting(findings: Findings) -> None:
    """Sorting compares in another order: that shows when comparing does something, or when the order is not total."""
    if "sort_compares" in findings.tables.facts:
        return
    script = findings.script
    if not any(name in script.names or name in script.attributes for name in SORTING):
        return
    nan = next(iter(script.uses("nan")), None)
    for node in script.of(_ast.Constant):
        if isinstance(node.value, str) and node.value.strip().lower() in ("nan", "+nan", "-nan"):
            nan = node
    why = "sorting compares in another order, and this is more than a comparison"
    for name in ("__lt__", "__gt__"):
        for function in findings.script.functions.get(name, ()):
            if not is_quiet(findings, function):
                findings.add(function, Kind.UNSUPPORTED, name, why)
    for node in (each.up for each in script.uses("cmp_to_key")):
        if isinstance(node, _ast.Call) and called_name(node) == "cmp_to_key" and node.args:
            given = node.args[0]
            found = findings.script.functions.get(given.id, []) if isinstance(given, _ast.Name) else [given]
            if not found or not all(is_quiet(findings, each) for each in found):
                findings.add(node, Kind.UNSUPPORTED, "cmp_to_key", why)
    if nan is not None:
        findings.add(nan, Kind.UNSUPPORTED, "nan", "sorting compares in another order, and with NaN that shows")


def check_hashing(findings: Findings) -> None:
    """Copying a container asks for hashes again, and may compare: that shows when this does more than to compute."""
    script = findings.script
    if "hash_calls" in findings.tables.facts or "__hash__" not in script.own:
        return
    for name in ("__hash__", "__eq__"):
        for function in script.functions.get(name, ()):
            if not is_quiet(findings, function):
                why = "how often it is called when containers are copied differs, and it does more than to compute"
                findings.add(function, Kind.UNSUPPORTED, name, why)


SORTING: Final = words("sorted sort min max insort heappush heapify nlargest nsmallest merge")
