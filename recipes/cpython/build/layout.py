"""Copies the standard library as a user needs it: no tests, nothing that cannot run; byte code free of clocks."""

import compileall
import py_compile
import re
import shutil
import sys
import zipfile
from pathlib import Path

# Tests, and what needs Tk
LEFT_OUT = {"test", "tests", "idlelib", "idle_test", "tkinter", "turtledemo", "__pycache__", "lib2to3"}
LEFT_OUT_FILES = {"turtle.py"}
SANDBOX = re.compile(rb"(?<![\w.$@:}/+-])/(?:build|deps|sysroot|recipe|native|out)/[\w.+-]+")


def copy_file(source: str | Path, target: str | Path) -> str:
    """Copies the bytes and sets one of two modes, whatever the source's."""
    shutil.copyfile(source, target)
    Path(target).chmod(0o644)
    return str(target)


def standard_library(source: Path, target: Path, *, wasm: bool) -> None:
    left_out = LEFT_OUT | ({"ensurepip", "venv"} if wasm else set())

    def ignore(folder: str, names: list[str]) -> set[str]:
        return {
            n for n in names if n in left_out or (n in LEFT_OUT_FILES and Path(folder) == source) or n.endswith(".exe")
        }

    shutil.copytree(source, target, ignore=ignore, copy_function=copy_file)


def pip(bundled: Path, site: Path, *, wasm: bool) -> None:
    """Unpacks the bundled pip, so that `python -m pip` works without a network or a virtual environment."""
    site.mkdir(exist_ok=True)
    if wasm:
        return
    (wheel,) = bundled.glob("pip-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    for path in site.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
        if path.name == "RECORD":
            (path.parent / "INSTALLER").write_text("slimepython\n")
    # launchers for Windows
    for path in site.rglob("*.exe"):
        path.unlink()


def compile_all(stdlib: Path) -> None:
    """Byte code that is trusted as it lies (unchecked-hash): no clock in its bytes, no look at the source at start."""
    good = compileall.compile_dir(
        stdlib,
        maxlevels=20,
        quiet=1,
        force=True,
        stripdir=str(stdlib.parents[1]),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        workers=1,
    )
    if not good:
        sys.exit("some module of the standard library does not compile")


def refuse_build_paths(root: Path) -> None:
    """Fails when a file tells of the sandbox it was made in."""
    bad = []
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            for hit in sorted(set(SANDBOX.findall(path.read_bytes())))[:3]:
                bad.append(f"{path}: {hit.decode()}")
    if bad:
        sys.exit("paths of the build in what is published:\n" + "\n".join(bad))
