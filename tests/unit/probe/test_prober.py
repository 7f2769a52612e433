"""Tests of `pipeline.probe.prober`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.model.recipe import ArtifactSpec
from pipeline.model.toolchain import Target
from pipeline.probe import prober
from pipeline.probe.facts import ProbeError, ProbeReason
from pipeline.probe.prober import ELSEWHERE, ProbeRequest, Twin, probe, probe_files, relocation
from pipeline.probe.runner import MARK
from pipeline.sandbox.protocol import Sandbox
from tests.unit.probe.elves import Elf
from tests.unit.probe.fakes import FakeEngine

TARGET = Target(triple="x86_64-unknown-linux-gnu", alias="x86_64", runner="native")


def answer(sandbox: Sandbox) -> tuple[int, str]:
    """A sandbox in which every program says that all is well."""
    if sandbox.command[0] == "sh":
        return 0, "@@status 0\n" if "ldd" in sandbox.command[2] else ""
    script = sandbox.command[-1]
    if script.endswith("modules.py"):
        return 0, "".join(MARK + json.dumps(line) + "\n" for line in ({"module": "abc", "error": None}, {"done": True}))
    place = sandbox.mounts[0].target
    return 0, MARK + json.dumps({"ok": True, "failed": {}, "base": "1", "places": {"prefix": place}}) + "\n"


@pytest.fixture
def request_(tmp_path: Path) -> ProbeRequest:
    folder = tmp_path / "python"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python3.14").write_bytes(Elf().build())
    (folder / "bin" / "python3").symlink_to("python3.14")
    spec = ArtifactSpec(name="cpython", kind="interpreter", path="python", entry="bin/python3", policy="interpreter")
    return ProbeRequest(
        spec, TARGET, folder, None, tmp_path, "0" * 64, None, FakeEngine(answer), tmp_path / "work", ("/build/",)
    )


def test_facts_of_a_native_artifact(request_: ProbeRequest) -> None:
    said: list[str] = []
    facts = probe(request_, said.append)
    assert facts["elf"]["path"] == "bin/python3.14"
    assert facts["elf"]["files"]["bin/python3.14"]["kind"] == "pie"
    assert facts["elf"]["files"]["bin/python3.14"]["disagreements"] == ["llvm-readobj cannot read it"]
    assert facts["tree"]["leaks"] == {}
    assert facts["ran"]["runner"] == "native"
    assert facts["ran"]["relocation"] == {"ok": True, "failed": {}, "stuck": []}
    assert facts["ran"]["modules"]["importable"] == ["abc"]
    assert facts["ran"]["aslr"]["randomised"] is False
    assert set(prober.CHECKS) < facts["ran"].keys()
    assert said[0] == "reading the tree"


def test_facts_are_json_without_the_hosts_paths(request_: ProbeRequest) -> None:
    text = json.dumps(probe(request_))
    assert str(request_.folder.parent) not in text


def test_the_artifact_is_left_alone(request_: ProbeRequest) -> None:
    before = sorted(request_.folder.rglob("*"))
    probe(request_)
    assert sorted(request_.folder.rglob("*")) == before


def test_reading_runs_nothing_of_the_artifacts(request_: ProbeRequest) -> None:
    facts = probe_files(request_)
    assert "ran" not in facts
    assert isinstance(request_.engine, FakeEngine)
    assert {sandbox.command[0] for sandbox in request_.engine.seen} == {"sh"}


def test_a_malformed_entry_is_a_fact_and_not_run(request_: ProbeRequest) -> None:
    (request_.folder / "bin" / "python3.14").write_bytes(Elf().build()[:100])
    facts = probe(request_)
    assert "bin/python3.14" in facts["elf"]["malformed"]
    assert "kind" not in facts["elf"]
    assert "ran" not in facts


@pytest.mark.parametrize("entry", ["bin/gone", "bin", "bin/out"])
def test_no_entry(entry: str, request_: ProbeRequest, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"x")
    (request_.folder / "bin" / "out").symlink_to("../../elsewhere")
    spec = request_.artifact.model_copy(update={"entry": entry})
    with pytest.raises(ProbeError) as caught:
        probe(replace(request_, artifact=spec))
    assert caught.value.reason is ProbeReason.MISSING_ENTRY
    assert entry in caught.value.message


def test_the_recipes_facts(request_: ProbeRequest, tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "profile.json").write_text('{"matched_ratio": 0.97}')
    facts = probe_files(replace(request_, recipe_facts=tmp_path / "facts"))
    assert facts["recipe"] == {"profile": {"matched_ratio": 0.97}}
    (tmp_path / "facts" / "bad.json").write_text("[1]")
    with pytest.raises(ProbeError) as caught:
        probe_files(replace(request_, recipe_facts=tmp_path / "facts"))
    assert "bad.json" in caught.value.message


def test_a_twin_is_read_and_runs_natively_in_the_same_place(request_: ProbeRequest, tmp_path: Path) -> None:
    native = tmp_path / "native"
    for folder, text in ((native, "#define HAVE_TZSET 1"), (request_.folder, "#define HAVE_ALIGNED 1")):
        (folder / "include").mkdir(parents=True)
        (folder / "include" / "pyconfig.h").write_text(text)
    arm = Target(triple="aarch64-unknown-linux-gnu", alias="aarch64", runner="qemu-aarch64")
    other = Twin(request_.artifact, native, {}, {})
    facts = probe(replace(request_, target=arm, sysroot=tmp_path, twin=other))["twin"]
    assert facts["config"] == ["also HAVE_ALIGNED", "no HAVE_TZSET"]
    assert facts["failed"] == {}
    assert facts["modules"] == facts["answers"] == facts["sysconfig"] == []
    assert isinstance(request_.engine, FakeEngine)
    ran = {box.mounts[0].source: box for box in request_.engine.seen if box.command[-1].endswith("/answers.py")}
    assert ran.keys() == {native, request_.folder}
    assert ran[native].command[0] == "/artifact/bin/python3"
    assert [mount.target for mount in ran[native].mounts] == ["/artifact", "/probe"]
    assert ran[request_.folder].command[0] == "qemu-aarch64"


def test_without_a_twin_nothing_is_compared(request_: ProbeRequest) -> None:
    assert "twin" not in probe(request_)


def version(place: str, **more: Any) -> dict[str, Any]:
    return {"ok": True, "passed": [], "failed": {}, "places": {"prefix": place}, "identity": {"v": 1}, **more}


def test_relocation() -> None:
    assert relocation(version("/artifact"), version(ELSEWHERE))["ok"]
    assert relocation(version("/artifact"), version("/artifact")) == {"ok": False, "failed": {}, "stuck": ["places"]}
    assert not relocation(version("/usr"), version("/usr"))["ok"]
    broken = {"ok": False, "passed": [], "failed": {"run": "no"}}
    assert relocation(version("/artifact"), broken)["failed"] == {"run": "no"}
