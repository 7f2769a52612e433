"""Engines that really run, and a small root file system to run in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.segments import InterpSegment

from pipeline.sandbox.bubblewrap import Bubblewrap
from pipeline.sandbox.protocol import Engine, Mount, Outcome, Sandbox, SandboxLimits
from pipeline.store import Digest, Store
from tests.integration.toolchains import Toolchains

PROGRAMS = (
    *("sh", "env", "id", "ls", "cat", "sleep", "sort", "head", "tail", "yes", "touch", "mkdir", "chmod", "ln", "dd"),
    *("uname", "stat", "nohup", "rm"),
)
Runs = Callable[..., Outcome]


@pytest.fixture(params=["bubblewrap", pytest.param("docker", marks=pytest.mark.docker)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine; bubblewrap has to work, and so has a daemon that was promised (see `tests.integration.engines`)."""
    found: Engine = Bubblewrap() if request.param == "bubblewrap" else request.getfixturevalue("docker")
    return found


@pytest.fixture(scope="session")
def small_root(toolchain: Toolchains, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Digest]:
    """A few programs of the C toolchain with the libraries that they need, as a tree of a store of its own."""
    whole = toolchain("llvm-22").rootfs
    folder = tmp_path_factory.mktemp("small")
    root = folder / "root"
    wanted = [whole / "usr" / "bin" / name for name in PROGRAMS]
    while wanted:
        path = wanted.pop()
        place = root / path.relative_to(whole)
        if place.exists() or place.is_symlink():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            place.symlink_to(path.readlink())
            wanted.append(path.resolve())
        else:
            shutil.copy2(path, place)
            wanted += libraries(path, whole)
    # As in a real toolchain: mount points are there, with a tree's mode for folders.
    for name in ("dev", "proc", "tmp", "build"):
        (root / name).mkdir()
    for name in ("bin", "lib", "lib64"):
        (root / name).symlink_to(f"usr/{name}")
    store = Store(folder / "store")
    digest = store.adopt_tree(root)
    path = store.checkout(digest)
    store.close()
    return path, digest


def libraries(program: Path, whole: Path) -> list[Path]:
    """The loader and the libraries that a program names."""
    with program.open("rb") as stream:
        elf = ELFFile(stream)
        found = [item.get_interp_name() for item in elf.iter_segments() if isinstance(item, InterpSegment)]
        for section in elf.iter_sections():
            if isinstance(section, DynamicSection):
                needed = [getattr(tag, "needed", "") for tag in section.iter_tags("DT_NEEDED")]
                found += [f"lib/x86_64-linux-gnu/{name}" for name in needed]
    return [whole / "usr" / name.lstrip("/") for name in found]


@pytest.fixture
def sandbox(small_root: tuple[Path, Digest], tmp_path: Path) -> Sandbox:
    """A sandbox with an empty folder at /out and tight limits; it has no command yet."""
    (tmp_path / "out").mkdir()
    limits = SandboxLimits(seconds=20, memory_bytes=200 << 20, log_bytes=1 << 20, disk_bytes=50 << 20)
    rootfs, digest = small_root
    return Sandbox(rootfs, str(digest), (Mount(tmp_path / "out", "/out", "rw"),), (), {}, "/out", limits)


@pytest.fixture
def run(engine: Engine, sandbox: Sandbox, tmp_path: Path) -> Runs:
    """`run("script", …)` → how it ended; keywords replace what the sandbox has."""

    def call(script: str, **changes: object) -> Outcome:
        changed = replace(sandbox, command=("/bin/sh", "-eu", "-c", script), **changes)  # type: ignore[arg-type]
        return engine.run(changed, log=tmp_path / "log")

    return call


@pytest.fixture
def limited(sandbox: Sandbox) -> Callable[..., SandboxLimits]:
    """`limited(seconds=1)` → the sandbox's limits with that change."""

    def call(**changes: float) -> SandboxLimits:
        return replace(sandbox.limits, **changes)  # type: ignore[arg-type]

    return call


def text(outcome: Outcome) -> str:
    """What it printed."""
    return outcome.log.read_text("utf-8")
