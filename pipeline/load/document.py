"""One YAML file to one model, with file:line:column for whatever is wrong; may import `pipeline.model`.

The YAML understood is the JSON-like core: mappings with string keys, sequences, strings, integers, floats,
true/false and null. Anchors and aliases are refused (a few lines of them can expand to gigabytes), duplicate
keys are refused (YAML says they are errors, PyYAML keeps the last), and dates and yes/no stay strings.
"""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pipeline.load.problems import BadDefinitions, LoadReason, Problem
from pipeline.load.reading import Refused, read_file

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
Path_ = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)


# libyaml where PyYAML has it: a tenth of the time for the same events and marks.
_Base: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _CoreLoader(_Base):  # type: ignore[valid-type,misc]
    """SafeLoader with the YAML 1.2 core's implicit types instead of YAML 1.1's."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("tag:yaml.org,2002:int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("tag:yaml.org,2002:float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?$", "-0123456789"),
):
    _CoreLoader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


@dataclass(frozen=True)
class Document:
    """Parsed data and the place of every value in it (`marks`, by path; line and column are 1-based).

    `sha256` is of the file's bytes (hex), as they were parsed.
    """

    file: Path
    data: Json
    marks: Mapping[Path_, tuple[int, int]]
    sha256: str = ""

    def problem(self, where: Path_, reason: LoadReason, message: str, hint: str = "") -> Problem:
        """A problem at the value at `where`, or at the nearest value around it."""
        place = where
        while place and place not in self.marks:
            place = place[:-1]
        line, column = self.marks.get(place, (1, 1))
        return Problem(self.file, line, column, reason, message, hint)


class _Builder:
    """Turns PyYAML's node graph into plain data, collecting marks and problems."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.marks: dict[Path_, tuple[int, int]] = {}
        self.problems: list[Problem] = []

    def note(self, node: Node, reason: LoadReason, message: str) -> None:
        mark = node.start_mark
        self.problems.append(Problem(self.file, mark.line + 1, mark.column + 1, reason, message))

    def build(self, node: Node, where: Path_) -> Json:
        self.marks.setdefault(where, (node.start_mark.line + 1, node.start_mark.column + 1))
        if isinstance(node, MappingNode):
            return self._mapping(node, where)
        if isinstance(node, SequenceNode):
            return [self.build(item, (*where, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: MappingNode, where: Path_) -> Json:
        out: dict[str, Json] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self.note(key_node, LoadReason.WRONG_TYPE, "a key must be a plain string")
                continue
            key = str(key_node.value)
            if key in out:
                self.note(key_node, LoadReason.DUPLICATE_KEY, f"`{key}` is given twice")
                continue
            self.marks[(*where, key)] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            out[key] = self.build(value_node, (*where, key))
        return out


def _scalar(node: Node) -> Json:
    """A scalar by its implicit type; a number that JSON readers would not keep stays text."""
    text = str(node.value)
    match str(node.tag).rpartition(":")[2]:
        case "bool":
            return text == "true"
        case "null":
            return None
        case "int":
            return int(text) if len(text) < 20 else text
        case "float":
            return float(text) if math.isfinite(float(text)) else text
        case _:
            return text


def _refuse_what_is_not_core(text: str, file: Path) -> None:
    """Scan events before any graph is built: building expands aliases, obeys tags and recurses in C."""
    depth = 0
    for event in yaml.parse(text, Loader=_CoreLoader):
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            reason, message = LoadReason.TOO_LARGE, f"nested deeper than {MAX_DEPTH} levels"
        elif anchor is not None:
            reason, message = LoadReason.ALIAS, f"anchors and aliases are not used here (&{anchor} or *{anchor})"
        elif tag is not None:
            reason, message = LoadReason.WRONG_TYPE, f"the YAML tag {tag!r} is not used here"
        else:
            continue
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise BadDefinitions([Problem(file, line, column, reason, message)])


def parse(text: str, file: Path) -> Document:
    """Parse YAML text. Raises `DefinitionError` with every problem found."""
    try:
        _refuse_what_is_not_core(text, file)
        node = yaml.compose(text, Loader=_CoreLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = str(error.problem or error.context)
        raise BadDefinitions([Problem(file, line, column, LoadReason.SYNTAX, message)]) from error
    except yaml.YAMLError as error:
        raise BadDefinitions([Problem(file, 1, 1, LoadReason.SYNTAX, str(error))]) from error
    builder = _Builder(file)
    data = builder.build(node, ()) if node is not None else None
    if builder.problems:
        raise BadDefinitions(builder.problems)
    return Document(file, data, builder.marks)


def read(path: Path, shown: Path | None = None, within: Path | None = None) -> Document:
    """Read and parse a YAML file, which lies in the folder `within`; `shown` is how errors name it.

    Raises `DefinitionError`.
    """
    shown = shown or path
    try:
        file = read_file(path, within)
    except Refused as error:
        raise BadDefinitions([Problem(shown, 1, 1, error.reason, error.message)]) from error
    raw = file.data
    if len(raw) > MAX_BYTES:
        raise BadDefinitions([Problem(shown, 1, 1, LoadReason.TOO_LARGE, f"is larger than {MAX_BYTES} bytes")])
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadDefinitions([Problem(shown, line, 1, LoadReason.UNREADABLE, "is not UTF-8")]) from error
    return replace(parse(text, shown), sha256=file.sha256)


def validate(document: Document, model: type[M]) -> M:
    """Check a document against a model. Raises `DefinitionError` with every problem found."""
    try:
        # JSON mode: strict about scalars, yet arrays become tuples.
        return model.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        details = [dict(detail) for detail in error.errors(include_url=False)]
        raise BadDefinitions([_problem(document, model, detail) for detail in _causes(model, details)]) from error


def _causes(model: type[BaseModel], details: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what only follows from another problem: a list too short because its items are wrong, and a
    key that is missing because it is misspelt."""
    places: list[Path_] = [tuple(detail["loc"]) for detail in details]
    unknown = [where for where, detail in zip(places, details, strict=True) if detail["type"] == "extra_forbidden"]
    meant = {(*where[:-1], _suggestion(model, where)) for where in unknown}
    return [
        detail
        for where, detail in zip(places, details, strict=True)
        if not (detail["type"] == "missing" and where in meant)
        and not (
            detail["type"] == "too_short" and any(len(p) > len(where) and p[: len(where)] == where for p in places)
        )
    ]


def _suggestion(model: type[BaseModel], where: Path_) -> str | None:
    """The known key that an unknown one at `where` most resembles."""
    return next(iter(difflib.get_close_matches(str(where[-1]), _keys_at(model, where[:-1]), n=1)), None)


def _problem(document: Document, model: type[BaseModel], detail: dict[str, Any]) -> Problem:
    where: Path_ = tuple(detail["loc"])
    shown = ".".join(str(part) for part in where) or "the file"
    match detail["type"]:
        case "extra_forbidden":
            close, known = _suggestion(model, where), ", ".join(_keys_at(model, where[:-1]))
            advice = f"; did you mean `{close}`?" if close else f"; known here: {known}"
            return document.problem(where, LoadReason.UNKNOWN_KEY, f"unknown key `{shown}`{advice}")
        case "missing":
            return document.problem(where, LoadReason.MISSING_KEY, f"`{shown}` is missing")
        case kind if kind.endswith(("_type", "_parsing")):
            advice = " (quote it)" if kind == "string_type" and isinstance(detail["input"], int | float) else ""
            message = f"`{shown}`: {detail['msg'].lower()}, not {detail['input']!r}{advice}"
            return document.problem(where, LoadReason.WRONG_TYPE, message)
        case _:
            message = f"`{shown}`: {detail['msg'].removeprefix('Value error, ')}"
            return document.problem(where, LoadReason.BAD_VALUE, message)


def _keys_at(model: type[BaseModel], where: Path_) -> list[str]:
    """The keys that the model at `where` knows, found by walking the fields' annotations."""
    current: list[type[BaseModel]] = [model]
    for part in where:
        found = [m.model_fields[part].annotation for m in current if isinstance(part, str) and part in m.model_fields]
        if found:
            current = [inner for annotation in found for inner in _models_in(annotation)]
    return sorted({key for found_model in current for key in found_model.model_fields})


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in get_args(annotation) for found in _models_in(inner)]


def load(path: Path, model: type[M], shown: Path | None = None) -> M:
    """Read, parse and check one file. Raises `DefinitionError`."""
    return validate(read(path, shown), model)
