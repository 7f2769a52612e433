"""Runs: a real Python in the sandbox, small programs under qemu and wasmtime, and interpreters that are broken."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.model.toolchain import Target
from pipeline.probe import runner
from pipeline.probe.facts import Facts
from pipeline.probe.judge import judge
from pipeline.probe.prober import ProbeRequest, probe
from pipeline.probe.runner import SandboxRunner, WasmRunner
from pipeline.probe.wasm import read_wasm
from tests.integration.probe.conftest import X86, Workshop
from tests.integration.toolchains import Toolchains

# Debian's python3 in the toolchain: no pip, no headers, and not built for the floor.
NOT_DEBIANS = {"cext", "venv_pip", "floor", "modules"}


@pytest.fixture(scope="module")
def python(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toolchain's own Python, as if it were an artifact."""
    folder = tmp_path_factory.mktemp("artifact") / "python"
    (folder / "bin").mkdir(parents=True)
    program = (workshop.rootfs / "usr" / "bin" / "python3").resolve()
    shutil.copy(program, folder / "bin" / "python3")
    library = workshop.rootfs / "usr" / "lib" / program.name
    shutil.copytree(library, folder / "lib" / program.name, symlinks=True)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755)
    return folder


def request(workshop: Workshop, folder: Path, tmp_path: Path) -> ProbeRequest:
    return workshop.request(folder, tmp_path / "work", "bin/python3")


def native(workshop: Workshop, folder: Path, entry: str, workdir: Path) -> SandboxRunner:
    return SandboxRunner("native", workshop.engine, workshop.rootfs, workshop.digest, None, folder, entry, workdir)


@pytest.fixture(scope="module")
def facts(workshop: Workshop, python: Path, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return probe(request(workshop, python, tmp_path_factory.mktemp("probe")))


def test_a_real_python_answers(facts: Facts) -> None:
    ran = facts["ran"]
    failed = {name: found["failed"] for name, found in ran.items() if isinstance(found, dict) and found["failed"]}
    assert failed.keys() <= NOT_DEBIANS, failed
    assert {"language", "modules", "system", "tls", "venv_pip"} <= ran.keys()
    assert ran["relocation"] == {"ok": True, "failed": {}, "stuck": []}
    assert ran["version"]["identity"]["implementation"] == "cpython"
    assert {"json", "json.decoder", "asyncio.events", "zlib", "encodings.cp1252"} <= set(ran["modules"]["importable"])
    assert {"winreg", "_scproxy"} <= ran["modules"]["missing"].keys()


def test_the_address_of_a_program_that_is_no_pie_does_not_move(facts: Facts) -> None:
    moves = facts["elf"]["kind"] == "pie"
    assert facts["ran"]["aslr"] == {"ok": True, "randomised": moves, "failed": {}}


def test_a_python_that_needs_a_newer_glibc_does_not_start_on_the_oldest(facts: Facts) -> None:
    assert facts["ran"]["floor"]["ok"] is False
    assert "GLIBC" in facts["ran"]["floor"]["failed"]["run"]


def test_facts_are_the_same_again(facts: Facts, workshop: Workshop, python: Path, tmp_path: Path) -> None:
    assert probe(request(workshop, python, tmp_path)) == facts


def test_a_damaged_standard_library_breaks_the_policy(workshop: Workshop, python: Path, tmp_path: Path) -> None:
    """One module gone, one that ends the interpreter: both are named."""
    folder = tmp_path / "damaged"
    shutil.copytree(python, folder, symlinks=True)
    (library,) = folder.glob("lib/python3*")
    (library / "colorsys.py").unlink()
    (library / "sched.py").write_text("import os\nos._exit(3)\n")
    modules = runner.imports(native(workshop, folder, "bin/python3", tmp_path))
    assert modules["crashed"] == ["sched"]
    assert modules["missing"]["sched"] == "ends the interpreter: exit status 3"
    assert modules["missing"]["colorsys"].startswith("ModuleNotFoundError")
    assert "zlib" in modules["importable"]
    found = judge(workshop.policies["interpreter"], {"ran": {"modules": modules}}, X86.triple, None)
    broken = {violation.fact: violation for violation in found}
    assert "colorsys" in broken["ran.modules.missing"].actual
    assert "sched" in broken["ran.modules.crashed"].actual


def test_a_program_that_is_no_interpreter_fails_every_run(workshop: Workshop, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "bin").mkdir(parents=True)
    workshop.make(folder, "$CC -fPIE -pie -O1 /src/prog.c -o bin/python3")
    found = probe(request(workshop, folder, tmp_path))
    ran = found["ran"]
    assert all(not answer["ok"] for name, answer in ran.items() if isinstance(answer, dict))
    assert ran["language"]["failed"] == {"run": "printed no result"}


AARCH64 = "clang --target=aarch64-linux-gnu --sysroot=/sysroot -fuse-ld=lld -fPIE -pie -O1 /src/answer.c -o bin/answer"


def test_a_program_for_aarch64_runs_under_qemu(workshop: Workshop, toolchain: Toolchains, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "bin").mkdir(parents=True)
    arm = replace(workshop, sysroot=toolchain.sysroot("aarch64"))
    arm.make(folder, AARCH64)
    target = Target(triple="aarch64-unknown-linux-gnu", alias="aarch64", runner="qemu-aarch64")
    found = probe(replace(arm.request(folder, tmp_path / "work", "bin/answer"), target=target))
    assert found["elf"]["machine"] == "aarch64"
    assert found["elf"]["files"]["bin/answer"]["disagreements"] == []
    assert "ldd" not in found["elf"]
    assert found["ran"]["runner"] == "qemu-aarch64"
    assert found["ran"]["text"]["program"] == "/artifact/bin/answer"
    assert found["ran"]["text"]["script"] == "/probe/text.py"
    assert "floor" not in found["ran"]


def test_a_program_for_wasi_runs_under_wasmtime(workshop: Workshop, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    workshop.make(folder, "clang --target=wasm32-wasip1 -O1 /src/answer.c -o answer.wasm")
    target = Target(triple="wasm32-wasip1", alias="wasm32", runner="wasmtime")
    found = probe(replace(workshop.request(folder, tmp_path / "work", "answer.wasm"), target=target, sysroot=None))
    assert "elf" not in found
    assert found["wasm"]["path"] == "answer.wasm"
    assert "wasi_snapshot_preview1.fd_write" in found["wasm"]["imports"]
    assert {"_start", "memory"} <= set(found["wasm"]["exports"])
    assert found["ran"]["runner"] == "wasmtime"
    assert found["ran"]["text"]["program"] == "/artifact/answer.wasm"


def test_a_module_that_is_none_is_a_fact(workshop: Workshop, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "answer.wasm").write_bytes(b"\0asm\1\0\0\0\1\5rubbish")
    target = Target(triple="wasm32-wasip1", alias="wasm32", runner="wasmtime")
    found = probe(replace(workshop.request(folder, tmp_path / "work", "answer.wasm"), target=target))
    assert "answer.wasm" in found["wasm"]["malformed"]
    assert "ran" not in found


def test_both_runners_answer_alike(workshop: Workshop, tmp_path: Path) -> None:
    """The same source, native and as a module, gives the same answer through either runner."""
    folder = tmp_path / "out"
    folder.mkdir()
    build = "$CC -fPIE -pie -O1 /src/answer.c -o answer; clang --target=wasm32-wasip1 -O1 /src/answer.c -o answer.wasm"
    workshop.make(folder, build)
    _, cache = read_wasm(folder / "answer.wasm", tmp_path)
    elf = native(workshop, folder, "answer", tmp_path)
    wasi = WasmRunner(cache, folder, "answer.wasm", tmp_path)
    for place in ("/artifact", "/opt/a b/c"):
        one, two = (runner.result(run, "text", place=place) for run in (elf, wasi))
        assert two.pop("program") == f"{place}/answer.wasm"
        assert one.pop("program") == f"{place}/answer"
        assert one == two
