"""An artifact for another machine beside the native build of the same; may import the probe's readers and runners.

Two builds of one recipe give the same answers, but for what their machines differ in. A configure script that may not
run what it compiled guesses, and a file that a build writes can hold the build machine's answers: both show as a
difference here, and policy knows each difference that has a reason. One is written `no NAME` when the native build
alone has it, `also NAME` when only the other has it (a macro that is 1, a name in a module), else
`NAME NATIVE → OTHER`, where `none` stands for what is not there. The names of the two machines are left out of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.probe.facts import Facts, ProbeError, ProbeReason
from pipeline.probe.runner import Runner, result

DETAILS = "build-details.json"
_CONFIG = "pyconfig.h"
_DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)(?:[ \t]+(\S.*?))?[ \t]*$", re.MULTILINE)
_PLAIN = ("1", "there")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ENV = {"PYTHONHASHSEED": "0"}


@dataclass(frozen=True)
class Side:
    """One of the two: its folder, its target, and the facts that the libraries in it left, by library."""

    folder: Path
    triple: str
    libraries: Mapping[str, Path]

    def neutral(self) -> Callable[[str], str]:
        """Takes this machine's own names out of a text: the multiarch and the platform it has there, its processor."""
        details = self._json(DETAILS)
        known = {
            "@multiarch": str(details.get("implementation", {}).get("_multiarch", "")),
            "@platform": str(details.get("platform", "")),
            "@processor": self.triple.partition("-")[0],
        }
        named = {text: mark for mark, text in known.items() if text}
        words = "|".join(re.escape(text) for text in sorted(named, key=len, reverse=True))
        pattern = re.compile(rf"(?<![A-Za-z0-9])(?:{words})(?![A-Za-z0-9])")
        return lambda text: pattern.sub(lambda found: named[found[0]], text)

    def details(self) -> dict[str, str]:
        """build-details.json (PEP 739), flat."""
        return dict(flat(self._json(DETAILS)))

    def config(self) -> dict[str, str]:
        """What pyconfig.h defines."""
        return {
            name: value for path in self._found(_CONFIG) for name, value in defines(path.read_text("utf-8")).items()
        }

    def headers(self, library: str) -> dict[str, str]:
        """What the headers define that a library's configure script made, as `library/config.h NAME`."""
        folder = self.libraries[library]
        return {
            f"{library}/{path.name} {name}": value
            for path in sorted(folder.glob("*.h"))
            for name, value in defines(path.read_text("utf-8")).items()
        }

    def _json(self, name: str) -> dict[str, Any]:
        return {key: value for path in self._found(name) for key, value in json.loads(path.read_bytes()).items()}

    def _found(self, name: str) -> list[Path]:
        return sorted(self.folder.rglob(name))


def defines(text: str) -> dict[str, str]:
    """The macros without arguments that a header defines, each with its value; one without a value has `there`.

    Of several definitions (one branch of an `#if` each) all values count, in the header's order.
    """
    found: dict[str, str] = {}
    for name, value in _DEFINE.findall(_COMMENT.sub(" ", text)):
        value = " ".join(value.split()) or "there"
        found[name] = f"{found[name]} or {value}" if name in found else value
    return found


def flat(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """A JSON value as dotted names with a text each; what is in a list has its own name, and is `there`."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for item in value:
            yield f"{name}.{item}", "there"
    else:
        yield name, " ".join(str(value).split()) or "empty"


def differences(native: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """What two flat descriptions say differently, by name."""
    names = sorted(native.keys() | other.keys())
    return [
        _difference(name, native.get(name), other.get(name)) for name in names if native.get(name) != other.get(name)
    ]


def _difference(name: str, native: str | None, other: str | None) -> str:
    if other is None and native in _PLAIN:
        return f"no {name}"
    if native is None and other in _PLAIN:
        return f"also {name}"
    return f"{name} {native or 'none'} → {other or 'none'}"


def read(native: Side, other: Side) -> Facts:
    """What can be read in the files: `config` (pyconfig.h), `details` and `libraries`, each a list of differences.

    Raises `ProbeError` when there is nothing to compare: no pyconfig.h, or a library's facts on one side alone.
    """
    ours, theirs = native.neutral(), other.neutral()
    for side in (native, other):
        if not side.config():
            raise ProbeError(ProbeReason.MALFORMED, f"the artifact for {side.triple} has no {_CONFIG} to compare")
    libraries: list[str] = []
    for library in sorted(native.libraries.keys() & other.libraries.keys()):
        made, here = _neutral(native.headers(library), ours), _neutral(other.headers(library), theirs)
        libraries += differences(made, here)
    return {
        "config": differences(_neutral(native.config(), ours), _neutral(other.config(), theirs)),
        "details": differences(_neutral(native.details(), ours), _neutral(other.details(), theirs)),
        "libraries": libraries,
    }


def answers(native: Side, other: Side, runs: Runner, native_runs: Runner) -> Facts:
    """What both answer when they run: `answers`, `sysconfig`, `modules` (names in them), each a list of differences.

    `failed` is what one of the two could not answer at all. Which modules can be imported is not told here: the names
    are those of modules that both have, each with the modules it is missing in, since many hand on others' names.
    """
    made, here = (result(runner, "answers", env=_ENV) for runner in (native_runs, runs))
    failed = {f"{side}.{name}": why for side, found in (("native", made), ("other", here))
              for name, why in found["failed"].items()}  # fmt: skip
    one, two = (_neutral(found, side.neutral()) for found, side in ((made, native), (here, other)))
    return {
        "failed": failed,
        "answers": _answered(one.get("answers", {}), two.get("answers", {})),
        "sysconfig": _configured(one.get("sysconfig", {}), two.get("sysconfig", {})),
        "modules": _scattered(one.get("modules", {}), two.get("modules", {})),
    }


def _answered(native: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    made = {name: _beside(answer, other.get(name)) for name, answer in native.items()}
    here = {name: _beside(answer, native.get(name)) for name, answer in other.items()}
    return differences(dict(flat(made)), dict(flat(here)))


def _configured(native: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """Variables of several words, as compilers' flags are, by their words; the others by their values."""
    one, two = dict(flat(native)), dict(flat(other))
    lists = {
        name
        for name in one.keys() & two.keys()
        if " " in one[name] + two[name] and "empty" not in (one[name], two[name])
    }
    scattered = _scattered(*({name: side[name].split() for name in lists} for side in (one, two)))
    return differences(*({name: side[name] for name in side.keys() - lists} for side in (one, two))) + scattered


def _scattered(native: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> list[str]:
    """What is in lists of both sides, as `no ITEM in LIST LIST`; a list that one side lacks is left out."""
    lists = sorted(native.keys() & other.keys())
    places: dict[tuple[str, str], list[str]] = {}
    for name in lists:
        one, two = set(native[name]), set(other[name])
        for what, items in (("no", one - two), ("also", two - one)):
            for item in items:
                places.setdefault((item, what), []).append(name)
    return [f"{what} {item} in {' '.join(names)}" for (item, what), names in sorted(places.items())]


def _beside(answer: object, other: object) -> object:
    """An answer of many parts that the other side gives in one word (that a module is missing) is a word, too."""
    return "there" if isinstance(answer, Mapping) and isinstance(other, str) else answer


def _neutral(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with its texts changed, names too."""
    if isinstance(value, Mapping):
        return {change(name): _neutral(inner, change) for name, inner in value.items()}
    if isinstance(value, list):
        return [_neutral(item, change) for item in value]
    return change(value) if isinstance(value, str) else value
