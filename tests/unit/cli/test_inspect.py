"""`probe`, `list` and `explain` by target."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.run.history import Entry, History
from pipeline.store.store import Store
from tests.unit.cli.command import run
from tests.unit.miniproject import WASM, X86
from tests.unit.publish.samples import ELF_FACTS


def test_probe_prints_facts_and_what_breaks_a_policy(stored: Path) -> None:
    ran = run(stored, "probe")
    assert ran.status == 9
    assert json.loads(ran.out)[f"app-1.0@{X86}"] == ELF_FACTS
    assert f"app 1.0 for {WASM} breaks its policy" in ran.err
    assert "-m pipeline probe app==1.0@wasm32-wasip1" in ran.err
    assert "1 of 2 artifacts fulfil their policies" in ran.err


def test_probe_of_one_target(stored: Path) -> None:
    ran = run(stored, "probe", "--target", "x86_64")
    assert ran.status == 0
    assert list(json.loads(ran.out)) == [f"app-1.0@{X86}"]


def test_probe_tells_programs_one_artifact_a_line(stored: Path) -> None:
    ran = run(stored, "probe", "--json")
    assert ran.summary == {
        "event": "summary", "status": 9, "artifacts": 2, "passed": 1, "failures": [], "skipped": []
    }  # fmt: skip
    good, bad = (event for event in ran.events if event["event"] == "facts")
    assert (good["artifact"], good["passed"], good["facts"]) == (f"app-1.0@{X86}", True, ELF_FACTS)
    assert (bad["artifact"], bad["passed"]) == (f"app-1.0@{WASM}", False)
    assert "elf.pie" in bad["violations"]


def test_list_of_one_target(project: Path) -> None:
    rows = run(project, "list", "--json", "--target", "wasm").summary["builds"]
    assert [(row["name"], row["target"], row["released"]) for row in rows] == [
        ("app", WASM, True),
        ("lib", WASM, False),
    ]
    text = run(project, "list", "--target", "wasm").out
    assert "wasm" in text
    assert "x86_64" not in text


def test_explain_of_one_target(stored: Path) -> None:
    path = stored / "toolchains" / "targets" / f"{WASM}.yaml"
    path.write_text(path.read_text("utf-8").replace("CC: cc", "CC: clang"), "utf-8")
    same = run(stored, "explain", "--json", "--target", "x86_64").summary
    assert same["actions"] == same["stored"]
    assert (same["seconds"], same["untimed"]) == (0, 0)
    *stale, last = run(stored, "explain", "--json", "--target", "wasm").events
    assert [event["action"] for event in stale if event["event"] == "would-run"] == [f"build/lib-1.0@{WASM}"]
    assert last["stored"] == last["actions"] - len(stale)


def test_explain_says_how_much_there_is_to_do(stored: Path) -> None:
    """By what each action took when it last ran here, whatever its key was then."""
    with Store(stored / "cache" / "store") as store:
        history = History(store.root)
        history.note(f"build/lib-1.0@{WASM}", Entry("k", {}, 90.0))
        history.note(f"build/app-1.0@{WASM}", Entry("k", {}, 35.0))
    path = stored / "toolchains" / "targets" / f"{WASM}.yaml"
    path.write_text(path.read_text("utf-8").replace("CC: cc", "CC: clang"), "utf-8")
    ran = run(stored, "explain", "--json", "--target", "wasm")
    assert (ran.summary["actions"] - ran.summary["stored"], ran.summary["seconds"], ran.summary["untimed"]) == (
        4,
        125.0,
        2,
    )
    assert {event["action"]: event["seconds"] for event in ran.events[:-1]} == {
        f"build/lib-1.0@{WASM}": 90.0,
        f"build/app-1.0@{WASM}": 35.0,
        f"probe/app-1.0@{WASM}": None,
        f"archive/app-1.0@{WASM}": None,
    }
    said = run(stored, "explain", "--target", "wasm").out
    assert "; the others took 2 min 05 s of action time when they last ran (of 2 it is not known)" in said
