"""Tests of `pipeline.probe.twin`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.probe import twin
from pipeline.probe.facts import ProbeError, ProbeReason
from pipeline.probe.runner import Run
from pipeline.probe.twin import Side, defines, differences, flat
from tests.unit.probe.fakes import FakeRunner

X86, ARM = "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"


def side(folder: Path, triple: str, config: str, details: dict[str, Any] | None = None, **library: str) -> Side:
    """A tree with a pyconfig.h, a build-details.json and one library's config.h."""
    folder.mkdir()
    (folder / "include").mkdir()
    (folder / "include" / "pyconfig.h").write_text(config)
    processor = triple.partition("-")[0]
    named = {"implementation": {"_multiarch": f"{processor}-linux-gnu"}, "platform": f"linux-{processor}"}
    (folder / "build-details.json").write_text(json.dumps({**named, **(details or {})}))
    libraries = {}
    for name, text in library.items():
        libraries[name] = folder.parent / f"{folder.name}-{name}"
        libraries[name].mkdir()
        (libraries[name] / "config.h").write_text(text)
    return Side(folder, triple, libraries)


def test_what_a_header_defines() -> None:
    text = """/* #define OFF 1 */
#define ONE 1
  # define VALUE  (1 +   2) /* why */
#define FLAG
#define CALL(x) x
#ifdef A
#define BRANCH 1
#else
#define BRANCH 2
#endif
/* #undef GONE */
"""
    assert defines(text) == {"ONE": "1", "VALUE": "(1 + 2)", "FLAG": "there", "BRANCH": "1 or 2"}


def test_json_flat() -> None:
    value = {"a": {"b": 1, "c": None}, "list": ["x", 2], "text": "two\n words", "empty": ""}
    assert dict(flat(value)) == {
        "a.b": "1",
        "a.c": "None",
        "list.x": "there",
        "list.2": "there",
        "text": "two words",
        "empty": "empty",
    }


def test_differences_are_told_by_name_with_both_values() -> None:
    native = {"A": "1", "B": "8", "C": "there", "D": "2", "SAME": "x"}
    other = {"B": "4", "E": "1", "F": "3", "SAME": "x"}
    assert differences(native, other) == ["no A", "B 8 → 4", "no C", "D 2 → none", "also E", "F none → 3"]


def test_what_configure_guessed_shows_and_the_machines_own_names_do_not(tmp_path: Path) -> None:
    native = side(
        tmp_path / "native", X86, '#define HAVE_TZSET 1\n#define PLATFORM "x86_64-linux-gnu"\n', z="#define FAST 1\n"
    )
    other = side(
        tmp_path / "other", ARM, '#define ALIGNED 1\n#define PLATFORM "aarch64-linux-gnu"\n', z="#define FAST 0\n"
    )
    assert twin.read(native, other) == {
        "config": ["also ALIGNED", "no HAVE_TZSET"],
        "details": [],
        "libraries": ["z/config.h FAST 1 → 0"],
    }


def test_a_file_with_the_build_machines_answers_shows(tmp_path: Path) -> None:
    native = side(tmp_path / "native", X86, "#define A 1", {"suffixes": [".cpython-314-x86_64-linux-gnu.so"]})
    right = side(tmp_path / "right", ARM, "#define A 1", {"suffixes": [".cpython-314-aarch64-linux-gnu.so"]})
    wrong = side(tmp_path / "wrong", ARM, "#define A 1", {"suffixes": [".cpython-314-x86_64-linux-gnu.so"]})
    assert twin.read(native, right)["details"] == []
    assert twin.read(native, wrong)["details"] == [
        "no suffixes..cpython-314-@multiarch.so",
        "also suffixes..cpython-314-x86_64-linux-gnu.so",
    ]


def test_the_longest_of_the_machines_names_is_taken_out_where_no_word_goes_on(tmp_path: Path) -> None:
    change = side(tmp_path / "native", X86, "#define A 1").neutral()
    assert change("x86_64-pc-linux-gnu HAVE_AS_X86_64 x86_64v2") == "@processor-pc-linux-gnu HAVE_AS_X86_64 x86_64v2"
    assert change("_linux_x86_64-linux-gnu.py linux-x86_64") == "_linux_@multiarch.py @platform"


def test_a_library_that_one_side_lacks_is_not_compared(tmp_path: Path) -> None:
    native = side(tmp_path / "native", X86, "#define A 1", ssl="#define B 1\n")
    other = side(tmp_path / "other", ARM, "#define A 1")
    assert twin.read(native, other)["libraries"] == []


def test_nothing_to_compare_is_an_error(tmp_path: Path) -> None:
    native = side(tmp_path / "native", X86, "#define A 1")
    empty = side(tmp_path / "other", ARM, "/* nothing */")
    with pytest.raises(ProbeError) as caught:
        twin.read(native, empty)
    assert caught.value.reason is ProbeReason.MALFORMED
    assert ARM in caught.value.message


def answering(**found: Any) -> FakeRunner:
    return FakeRunner([Run(({"ok": True, "passed": [], "failed": {}, **found},), "")])


def test_answers_are_compared_with_one_seed(tmp_path: Path) -> None:
    native = side(tmp_path / "native", X86, "#define A 1")
    other = side(tmp_path / "other", ARM, "#define A 1")
    here = answering(
        answers={"system": {"hash_info": {"algorithm": "fnv"}}},
        sysconfig={"CC": "cc", "LIBS": "-lm -lffi", "SOABI": "cpython-314-aarch64-linux-gnu", "EXE": "x", "LINK": ""},
        modules={"time": ["sleep"], "os": ["open"], "posix": ["open", "more"]},
    )
    there = answering(
        answers={"system": {"hash_info": {"algorithm": "siphash13"}}},
        sysconfig={
            "CC": "cc -pthread",
            "LIBS": "-lffi -lm",
            "SOABI": "cpython-314-x86_64-linux-gnu",
            "EXE": "",
            "LINK": "-Xlinker -E",
        },
        modules={"time": ["sleep", "tzset"], "os": ["open", "fork"], "posix": ["open", "fork"]},
    )
    assert twin.answers(native, other, here, there) == {
        "failed": {},
        "answers": ["system.hash_info.algorithm siphash13 → fnv"],
        "sysconfig": ["EXE empty → x", "LINK -Xlinker -E → empty", "no -pthread in CC"],
        "modules": ["no fork in os posix", "also more in posix", "no tzset in time"],
    }
    assert here.asked == there.asked == [("answers", {"PYTHONHASHSEED": "0"})]


def test_a_module_that_one_side_lacks_is_one_difference(tmp_path: Path) -> None:
    native = side(tmp_path / "native", X86, "#define A 1")
    other = side(tmp_path / "other", ARM, "#define A 1")
    here = answering(answers={"tls": "no module _ssl"}, sysconfig={}, modules={"os": ["open"]})
    there = answering(
        answers={"tls": {"version": "3", "has": ["ALPN"]}}, sysconfig={}, modules={"os": ["open"], "ssl": ["wrap"]}
    )
    found = twin.answers(native, other, here, there)
    assert found["answers"] == ["tls there → no module _ssl"]
    assert found["modules"] == []


def test_a_side_that_cannot_answer_is_told(tmp_path: Path) -> None:
    native = side(tmp_path / "native", X86, "#define A 1")
    other = side(tmp_path / "other", ARM, "#define A 1")
    dead = FakeRunner([Run((), "killed by SIGSEGV")])
    found = twin.answers(native, other, dead, answering(answers={}, sysconfig={}, modules={"os": []}))
    assert found["failed"] == {"other.run": "killed by SIGSEGV"}
