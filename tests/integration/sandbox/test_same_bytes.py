"""The same bytes from both engines, of a real compiler in the real toolchain."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.sandbox.bubblewrap import Bubblewrap
from pipeline.sandbox.docker import Docker
from pipeline.sandbox.protocol import Engine, Mount, Sandbox, SandboxLimits
from pipeline.store import Digest, Store
from tests.integration.toolchains import Toolchains

SOURCE = """
#include <errno.h>
#include <stdio.h>
int main(void) { return printf("%s %d\\n", __FILE__, errno) < 0; }
"""
SCRIPT = """
exec 2>&1
printf 'all: main.o\\n\\tclang -g -O3 -flto=thin -ffat-lto-objects -fuse-ld=lld -o /out/main main.o\\n' > Makefile
printf 'main.o: main.c\\n\\tclang -g -O3 -flto=thin -ffat-lto-objects -c main.c\\n' >> Makefile
make
llvm-ar rcs /out/libmain.a main.o
/out/main > /out/printed
"""


def build(engine: Engine, sandbox_of: tuple[Path, str], folder: Path) -> Digest:
    rootfs, digest = sandbox_of
    for name in ("build", "out"):
        (folder / name).mkdir(parents=True)
    (folder / "build" / "main.c").write_text(SOURCE)
    mounts = (Mount(folder / "build", "/build", "rw"), Mount(folder / "out", "/out", "rw"))
    command = ("/bin/sh", "-eu", "-c", SCRIPT)
    limits = SandboxLimits(seconds=120, memory_bytes=2 << 30)
    outcome = engine.run(Sandbox(rootfs, digest, mounts, command, {}, "/build", limits), log=folder / "log")
    assert outcome.ok, outcome.log.read_text()
    with Store(folder / "store") as store:
        return store.adopt_tree(folder / "out")


@pytest.mark.docker
@pytest.mark.timeout(300)
def test_a_program_and_an_archive_are_the_same(docker: Docker, toolchain: Toolchains, tmp_path: Path) -> None:
    whole = toolchain("llvm-22")
    one = build(Bubblewrap(), (whole.rootfs, whole.digest), tmp_path / "one" / "deep")
    other = build(docker, (whole.rootfs, whole.digest), tmp_path / "other")
    assert one == other
