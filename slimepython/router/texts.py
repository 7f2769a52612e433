"""Finds objects that are printed without a text of their own: it shows where they are kept; imports router modules.

What is shown out of a container that was filled elsewhere is not found here: the output of a trial says it.
"""

from __future__ import annotations

from typing import Any

from slimepython.router.findings import Findings
from slimepython.router.signals import Kind
from slimepython.router.syntax import _ast


def check_formatted(findings: Findings, node: Any) -> None:
    check_shown(findings, node.value)


def check_shown(findings: Findings, node: Any) -> None:
    """Objects without a text of their own show where they are kept."""
    if isinstance(node, (_ast.Lambda, _ast.GeneratorExp)):
        findings.add(node, Kind.IDENTITY, "default text", "it shows where the object is kept")
    elif isinstance(node, (_ast.List, _ast.Tuple, _ast.Set)):
        for each in node.elts:
            check_shown(findings, each)
    elif isinstance(node, _ast.Dict):
        for each in (*node.keys, *node.values):
            check_shown(findings, each)
    elif isinstance(node, _ast.BinOp) and isinstance(node.op, _ast.Mod) and isinstance(node.left, _ast.Constant):
        check_shown(findings, node.right)
    elif isinstance(node, _ast.Name):
        found = findings.script.resolve(node.id, node.scope)
        if found is not None and any(how == "def" for how, _ in found.bound[node.id]):
            findings.add(node, Kind.IDENTITY, "default text", "a function shows where it is kept")
        elif found is not None and any(
            how == "assign" and _is_bare(findings, value) for how, value in found.bound[node.id]
        ):
            findings.add(node, Kind.IDENTITY, "default text", "an object without `__repr__` shows where it is kept")
    elif isinstance(node, _ast.Call) and _is_bare(findings, node):
        findings.add(node, Kind.IDENTITY, "default text", "an object without `__repr__` shows where it is kept")


def _is_bare(findings: Findings, node: Any) -> bool:
    """An instance of a class of the script's own that has no text."""
    if not isinstance(node, _ast.Call) or not isinstance(node.func, _ast.Name):
        return False
    if findings.kinds.builtin(node.func) in ("object", "iter", "map", "filter", "zip", "reversed", "enumerate"):
        return True
    found = findings.script.classes.get(node.func.id, [])
    # With several classes of one name any of them may be meant.
    return any(
        not each.decorator_list and findings.kinds.is_plain_class(each) and not _has_text(findings, each)
        for each in found
    )


def _has_text(findings: Findings, node: Any) -> bool:
    texts = ("__repr__", "__str__", "__format__", "__getattribute__", "__new__")
    names = {each.name for each in node.body if isinstance(each, _ast.FunctionDef)}
    names |= {
        t.id for each in node.body if isinstance(each, _ast.Assign) for t in each.targets if isinstance(t, _ast.Name)
    }
    if names & set(texts):
        return True
    return any(
        _has_text(findings, each)
        for base in node.bases
        if isinstance(base, _ast.Name)
        for each in findings.script.classes.get(base.id, [])
    )
