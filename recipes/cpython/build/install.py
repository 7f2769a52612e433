"""Lays out $OUT from the finished build tree; run by the interpreter just built, or by its native twin for others.

$OUT/python/     the relocatable interpreter: bin/, lib/pythonX.Y/, include/pythonX.Y/ (wasm: python.wasm beside lib/)
$OUT/libpython/  lib/libpythonX.Y.a, the archives it needs, include/, build-details.json, link.json
$OUT/licenses/, $OUT/facts/
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import layout
import sysconf

SRC = Path(os.environ["SRC"])
OUT = Path(os.environ["OUT"])
DEPS = Path(os.environ["DEPS"])
TARGET = os.environ["TARGET"]
WASM = TARGET.startswith("wasm32")
MINOR = ".".join(os.environ["VERSION"].split(".")[:2])
NAME = f"python{MINOR}"


def build_vars() -> tuple[dict[str, object], str, dict[str, object]]:
    """The variables that the build recorded, as sysconfig will offer them; their file's name; build-details.json."""
    folder = SRC / (SRC / "pybuilddir.txt").read_text().strip()
    (path,) = folder.glob("_sysconfigdata_*.py")
    space: dict[str, object] = {}
    exec(path.read_text(), space)
    variables = space["build_time_vars"]
    assert isinstance(variables, dict)
    details = folder / "build-details.json"  # new in 3.14
    return sysconf.clean(variables), path.name, json.loads(details.read_text()) if details.exists() else {}


def interpreter(root: Path) -> Path:
    """bin/python3.X and its links, or python.wasm; returns the folder of the standard library."""
    if WASM:
        root.mkdir(parents=True)
        # it reads the features it may use from the module's own section
        subprocess.run(
            ["wasm-opt", "-O3", "--strip-debug", "--strip-producers", SRC / "python.wasm", "-o", root / "python.wasm"],
            check=True,
        )
    else:
        bin_ = root / "bin"
        bin_.mkdir(parents=True)
        subprocess.run(["llvm-strip", "--strip-all", "-o", bin_ / NAME, SRC / "python"], check=True)
        (bin_ / NAME).chmod(0o755)
        for link in ("python3", "python"):
            (bin_ / link).symlink_to(NAME)
    return root / "lib" / NAME


def headers(include: Path) -> None:
    """Public headers and the generated pyconfig.h."""
    shutil.copytree(SRC / "Include", include, copy_function=layout.copy_file)
    layout.copy_file(SRC / "pyconfig.h", include / "pyconfig.h")


def libpython(root: Path, details: dict[str, object], variables: dict[str, object]) -> None:
    """The static library made whole (CPython keeps HACL* and expat beside it) and what a program must link besides."""
    lib = root / "lib"
    lib.mkdir(parents=True)
    archive = lib / f"libpython{MINOR}.a"
    shutil.copyfile(SRC / archive.name, archive)
    # the archives of single HACL* algorithms share objects: each object once
    extra = sorted({*(SRC / "Modules/_hacl").glob("*.o"), *(SRC / "Modules/expat").glob("*.o")})
    subprocess.run(["llvm-ar", "rcs", archive, *extra], check=True)
    used = [
        "ssl",
        "crypto",
        "ffi",
        "edit",
        "panelw",
        "ncursesw",
        "uuid",
        "sqlite3",
        "mpdec",
        "lzma",
        "bz2",
        "zstd",
        "z",
    ]
    for name in used:
        shutil.copyfile(DEPS / f"lib/lib{name}.a", lib / f"lib{name}.a")
    headers(root / "include" / NAME)
    # Extension modules find Python's own functions in the program, and nothing of the libraries it needs.
    hidden = ":".join(f"lib{name}.a" for name in used)
    link = {
        "archives": [f"lib/{archive.name}", *(f"lib/lib{name}.a" for name in used)],
        "system": ["-lpthread", "-ldl", "-lutil", "-lrt", "-lm"],
        "flags": ["-pie", "-Wl,--export-dynamic", f"-Wl,--exclude-libs,{hidden}"],
    }
    (root / "link.json").write_text(json.dumps(link, indent=2) + "\n")
    write_details(root, sysconf.details(details, variables, program=None))


def write_details(folder: Path, details: dict[str, object]) -> None:
    """build-details.json, which came with 3.14: older versions have none."""
    if details:
        (folder / "build-details.json").write_text(json.dumps(details, indent=2, sort_keys=True) + "\n")


def main() -> None:
    variables, data_name, details = build_vars()
    root = OUT / "python"
    stdlib = interpreter(root)
    layout.standard_library(SRC / "Lib", stdlib, wasm=WASM)
    layout.pip(SRC / "Lib/ensurepip/_bundled", stdlib / "site-packages", wasm=WASM)
    (stdlib / data_name).write_text(sysconf.module(variables))
    headers(root / "include" / NAME)
    layout.copy_file(SRC / "LICENSE", stdlib / "LICENSE.txt")
    program = "python.wasm" if WASM else f"bin/{NAME}"
    write_details(stdlib, sysconf.details(details, variables, program=program))
    layout.compile_all(stdlib)
    if not WASM:
        libpython(OUT / "libpython", details, variables)
    shutil.copytree(DEPS / "licenses", OUT / "licenses", dirs_exist_ok=True)
    (OUT / "licenses/cpython").mkdir(parents=True, exist_ok=True)
    layout.copy_file(SRC / "LICENSE", OUT / "licenses/cpython/LICENSE")
    shutil.copytree(OUT / "licenses", root / "licenses")
    layout.refuse_build_paths(root)


if __name__ == "__main__":
    main()
