"""Globs over paths of a root file system: what a toolchain's yaml excludes; no I/O, standard library only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_TOKEN = re.compile(r"\*|\?|\[(!?)([^\]/]+)\]|[^*?]")


def matcher(globs: Iterable[str]) -> Callable[[str], bool]:
    """Whether a path (relative, `/`-separated) is matched by any glob.

    `*`, `?`, `[…]` and `[!…]` stay within one path component; a component `**` stands for any number of them,
    and at the end for everything below. What lies below a matched path is matched too.
    """
    alternatives = "|".join(_pattern(glob) for glob in globs)
    if not alternatives:
        return lambda _: False
    compiled = re.compile(rf"(?:{alternatives})(?:/.*)?\Z", re.DOTALL)
    return lambda path: compiled.match(path) is not None


def _pattern(glob: str) -> str:
    parts = glob.split("/")
    pattern = ""
    for part in parts[:-1]:
        pattern += "(?:[^/]+/)*" if part == "**" else _component(part) + "/"
    return pattern + (".+" if parts[-1] == "**" else _component(parts[-1]))


def _component(part: str) -> str:
    return "".join(_translate(token) for token in _TOKEN.finditer(part))


def _translate(token: re.Match[str]) -> str:
    text = token[0]
    if text == "*":
        return "[^/]*"
    if text == "?":
        return "[^/]"
    if text.startswith("[") and token[2]:
        inside = token[2].replace("\\", r"\\").replace("^", r"\^")
        return f"[^/{inside}]" if token[1] else f"[{inside}]"
    return re.escape(text)
