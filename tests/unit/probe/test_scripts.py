"""The probes' scripts, run by the Python that runs the tests; what they find in artifacts is an integration test."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pipeline.probe.runner import MARK, parse
from pipeline.probe.version import SCRIPTS

CHECKS = ("cext", "compress", "ffi", "hashes", "sqlite", "system", "terminal", "text", "tls", "version")
"""Scripts that name their checks in a list and take no longer than a moment."""


def output(script: str, folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, SCRIPTS / f"{script}.py"],
        env={**os.environ, "TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def checks_in(script: str) -> set[str]:
    """The names of the functions that a script hands to `run_checks`."""
    (call,) = [
        node
        for node in ast.walk(ast.parse((SCRIPTS / f"{script}.py").read_bytes()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "run_checks"
    ]
    assert isinstance(call.args[0], ast.List)
    return {ast.unparse(item).strip("_") for item in call.args[0].elts}


@pytest.mark.parametrize("script", [*CHECKS, "details", "language"])
def test_an_answer_is_the_same_again_and_knows_no_place(script: str, tmp_path: Path) -> None:
    said = output(script, tmp_path / "one")
    *_, found = parse(said)
    assert found["ok"] == (not found["failed"])
    assert all(found["failed"].values()), "each says why"
    assert output(script, tmp_path / "one") == said
    assert str(tmp_path) not in said


@pytest.mark.parametrize("script", CHECKS)
def test_every_check_passes_or_fails(script: str, tmp_path: Path) -> None:
    *_, found = parse(output(script, tmp_path))
    assert sorted([*found["passed"], *found["failed"]]) == sorted(checks_in(script))


def test_an_answer_for_a_twin_has_every_module_and_its_names(tmp_path: Path) -> None:
    """Whole answers need the Python that is built here; what is compared by modules alone does not."""
    *_, found = parse(output("answers", tmp_path))
    assert {"Decimal", "localcontext"} <= set(found["modules"]["decimal"])
    assert found["modules"]["json.decoder"] == sorted(found["modules"]["json.decoder"])
    assert found["sysconfig"]["py_version_nodot"] == f"{sys.version_info.major}{sys.version_info.minor}"


def test_where_the_program_was_loaded_is_a_number(tmp_path: Path) -> None:
    (found,) = parse(output("aslr", tmp_path))
    assert found["ok"] is True
    assert int(found["base"], 16) % 4096 == 0


# What the scripts share


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture
def common(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return load("common")


def test_the_library_is_walked_in_order_and_into_packages_that_can_be_imported() -> None:
    walked: list[str] = []

    def try_import(name: str) -> bool:
        walked.append(name)
        return name in ("importlib", "json")

    load("library").walk(try_import, skip=("zlib",))
    top = [name for name in walked if "." not in name]
    assert top == sorted(set(sys.stdlib_module_names) - {"zlib", "this", "antigravity"})
    assert {"json.decoder", "importlib.metadata"} <= set(walked), "both are imported here"
    assert not {"importlib.metadata._meta", "email.message", "json.__main__"} & set(walked)
    assert walked.index("json") < walked.index("json.decoder") < walked.index("keyword")


def ran(common: ModuleType, capfd: pytest.CaptureFixture[str], *checks: Callable[[], object]) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "__stdout__", sys.stdout)
        common.run_checks(checks, known="before")
    (found,) = parse(capfd.readouterr().out)
    return found


def test_one_check_that_fails_stops_no_other(common: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    def _first() -> dict[str, int]:
        return {"answer": 42}

    def second() -> None:
        raise SystemExit(3)

    def third() -> None:
        common.expect(1, 2)

    def fourth() -> None:
        pass

    assert ran(common, capfd, _first, second, third, fourth) == {
        "known": "before",
        "first": {"answer": 42},
        "ok": False,
        "passed": ["first", "fourth"],
        "failed": {"second": "SystemExit: 3", "third": "AssertionError: 1 instead of 2"},
    }


def test_all_well(common: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    assert ran(common, capfd, lambda: None)["ok"] is True


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("at <object at 0x7fd501922e50>\n  and more"), "ValueError: at <object at 0x…> and more"),
        (ValueError("0xff stays"), "ValueError: 0xff stays"),
        (OSError(2, "No such file"), "FileNotFoundError: [Errno 2] No such file"),
        (ValueError("x" * 1000), "ValueError: " + "x" * 388),
    ],
)
def test_reasons_are_one_line_that_is_the_same_again(common: ModuleType, error: Exception, text: str) -> None:
    assert common.reason(error) == text


def test_a_line_stands_alone_whatever_was_printed_before(
    common: ModuleType, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "__stdout__", sys.stdout)
    print("no line end", end="")
    common.emit({"b": 1, "a": "ä"})
    assert capfd.readouterr().out == "no line end\n" + MARK + json.dumps({"a": "ä", "b": 1}) + "\n"


def test_scratch_is_empty_each_time(common: ModuleType, tmp_path: Path) -> None:
    folder = Path(common.scratch("a"))
    assert folder == tmp_path / "probe-a"
    (folder / "left").write_text("x")
    assert list(Path(common.scratch("a")).iterdir()) == []


def test_a_program_of_the_artifact_is_started_as_it_has_to_be(
    common: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common, "RUNNER", ["env", "STARTED=by it"])
    assert common.spawn("sh", "-c", "echo $STARTED") == "by it\n"
    with pytest.raises(AssertionError, match=r"^sh ended with 3: two \| three \| four$"):
        common.spawn("sh", "-c", "printf 'one\\ntwo\\nthree\\nfour\\n' >&2; exit 3")
