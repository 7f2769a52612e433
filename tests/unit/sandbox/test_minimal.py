"""The smallest root file system."""

from __future__ import annotations

import io
import platform
import subprocess
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from pipeline.sandbox.minimal import CREATES, PROGRAM, make_root, program


@pytest.mark.parametrize(("machine", "name"), [("x86_64", "EM_X86_64"), ("aarch64", "EM_AARCH64")])
def test_it_is_a_static_program_for_that_cpu(machine: str, name: str) -> None:
    data = program(machine)
    elf = ELFFile(io.BytesIO(data))
    assert elf.header.e_machine == name
    assert [segment.header.p_type for segment in elf.iter_segments()] == ["PT_LOAD"]
    assert data.endswith(CREATES.encode() + b"\0")
    assert len(data) < 256


def test_an_unknown_cpu_is_told() -> None:
    with pytest.raises(KeyError):
        program("vax")


@pytest.mark.skipif(Path("/out").exists(), reason="this machine has a folder /out: the program would write there")
def test_it_runs_here_and_says_that_it_could_not_write(tmp_path: Path) -> None:
    root = make_root(tmp_path)
    assert [str(path.relative_to(root)) for path in sorted(root.rglob("*"))] == ["bin", PROGRAM.lstrip("/")]
    assert platform.machine() in ("x86_64", "aarch64")
    assert subprocess.run([root / PROGRAM.lstrip("/")], check=False).returncode == 1
