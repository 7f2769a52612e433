"""The real toolchains, unpacked from their locks: they compile, link and run for every target."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.sandbox.auto import choose
from pipeline.sandbox.protocol import Mount, Sandbox, SandboxLimits
from tests.integration.toolchains import Toolchains

HELLO = """#include <math.h>
#include <stdio.h>
int main(int n, char **v) { printf("hello %g from %d\\n", sqrt(n + 3), (int)sizeof(void *)); return v == 0; }
"""
NATIVE = ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu")
WASM = "wasm32-wasip1"


def run(toolchain: Toolchains, name: str, target: str, script: str, tmp_path: Path) -> str:
    """Runs the script in /work of the toolchain's root file system; returns what it printed."""
    root = toolchain(name)
    spec = toolchain.app.project.targets[target]
    work = tmp_path / "work"
    work.mkdir()
    (work / "hello.c").write_text(HELLO)
    (work / "hello.rs").write_text('fn main() { println!("hello from {}", usize::BITS / 8); }\n')
    mounts = [Mount(work, "/work", "rw")]
    if spec.sysroot is not None:
        mounts.append(Mount(toolchain(spec.sysroot).rootfs, "/sysroot"))
    sandbox = Sandbox(
        rootfs=root.rootfs,
        rootfs_digest=root.digest,
        mounts=tuple(mounts),
        command=("/bin/sh", "-eu", "-c", script),
        env={**spec.env, "LC_ALL": "C.UTF-8"},
        cwd="/work",
        limits=SandboxLimits(seconds=300),
    )
    engine, _ = choose("auto")
    log = tmp_path / "log"
    outcome = engine.run(sandbox, log=log)
    text = log.read_text()
    assert outcome.ok, f"{outcome.explain()}\n{text}"
    return text


@pytest.mark.parametrize("target", NATIVE)
def test_llvm_compiles_for_old_glibc(toolchain: Toolchains, tmp_path: Path, target: str) -> None:
    script = """
        $CC $CFLAGS -pie hello.c -o hello $LDFLAGS -lm -lpthread
        $READELF --version-info hello | grep -o 'GLIBC_2[.0-9]*' | sort -u
        case $CHOST in aarch64*) qemu-aarch64 -L /sysroot ./hello ;; *) ./hello ;; esac
        $CC $CFLAGS -c hello.c && $AR Dcr libhello.a hello.o && $NM libhello.a
    """
    text = run(toolchain, "llvm-22", target, script, tmp_path)
    assert "hello 2 from 8" in text
    assert "T main" in text
    versions = [tuple(map(int, v.removeprefix("GLIBC_").split("."))) for v in text.split() if v.startswith("GLIBC_")]
    assert versions
    assert max(versions) <= (2, 31)


def test_llvm_compiles_for_wasm(toolchain: Toolchains, tmp_path: Path) -> None:
    import wasmtime

    run(
        toolchain,
        "llvm-22",
        WASM,
        "$CC $CFLAGS hello.c -o hello.wasm && wasm-opt -O1 hello.wasm -o small.wasm",
        tmp_path,
    )
    engine = wasmtime.Engine()
    module = wasmtime.Module.from_file(engine, str(tmp_path / "work" / "small.wasm"))
    assert {item.module for item in module.imports} == {"wasi_snapshot_preview1"}


def test_profiles_can_be_made(toolchain: Toolchains, tmp_path: Path) -> None:
    script = """
        $CC -O1 -fprofile-instr-generate hello.c -o hello -lm
        LLVM_PROFILE_FILE=raw ./hello
        llvm-profdata merge raw -o merged && llvm-profdata show merged
    """
    assert "Total functions: 1" in run(toolchain, "llvm-22", NATIVE[0], script, tmp_path)


@pytest.mark.parametrize("target", [*NATIVE, WASM])
def test_rust_compiles_for_every_target(toolchain: Toolchains, tmp_path: Path, target: str) -> None:
    arguments = {
        NATIVE[0]: "-C linker=clang -C link-arg=-fuse-ld=lld -C link-arg=--sysroot=/sysroot",
        NATIVE[1]: "-C linker=clang -C link-arg=-fuse-ld=lld -C link-arg=--sysroot=/sysroot "
        "-C link-arg=--target=aarch64-linux-gnu",
        WASM: "",
    }[target]
    script = f"rustc --target {target} {arguments} hello.rs -o hello && head -c 4 hello | od -An -c"
    text = run(toolchain, "rust-1.97", target, script, tmp_path)
    assert ("E   L   F" in text) is (target != WASM)
    assert ("a   s   m" in text) is (target == WASM)


@pytest.mark.parametrize("name", ["llvm-22", "rust-1.97"])
def test_every_program_finds_its_libraries(toolchain: Toolchains, tmp_path: Path, name: str) -> None:
    script = """
        for file in /usr/bin/* /usr/lib/llvm-22/bin/*; do
            ldd "$file" 2>/dev/null | sed -n "s,.*not found.*,missing: $file &,p" || true
        done
        echo looked
    """
    text = run(toolchain, name, NATIVE[0], script, tmp_path)
    assert "missing:" not in text
    assert "looked" in text
