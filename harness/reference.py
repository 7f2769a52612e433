"""CPythons to compare with: upstream's own build of Full's version, Debian's out of a locked toolchain, or named ones.

Debian's is started through the dynamic loader and the libraries of its own root file system, so that it runs on any
system. Its packages' maintainer scripts byte-compile the standard library; here that is done in a copy, once. May
import runners and toolchains.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from harness.runners import ENVIRONMENT, X86, Process, home_folder
from harness.toolchains import NoToolchainError, built, trees

RECIPE: Final = "reference@x86_64"
TOOLCHAIN: Final = "reference-3.14"
PYTHON: Final = "python3.14"
_LOADER: Final = "usr/lib64/ld-linux-x86-64.so.2"
_LIBRARIES: Final = "usr/lib/x86_64-linux-gnu"


class NoReferenceError(LookupError):
    """A program that was named as a reference is none."""


def upstream(say: Callable[[str], None]) -> Process | None:
    """Full's version as upstream's configure and make build it, built at most once; None, said why, without it."""
    if _is_foreign():
        say(f"without upstream's {PYTHON}: its recipe is for x86_64 Linux")
        return None
    try:
        return ask(built(RECIPE) / "python" / "bin" / PYTHON)
    except NoToolchainError as error:
        say(f"without upstream's {PYTHON}: {error}")
        return None


def debian(say: Callable[[str], None]) -> Process | None:
    """The locked CPython of Debian, fetched, unpacked and byte-compiled at most once; None, said why, without it."""
    if _is_foreign():
        say(f"without Debian's {PYTHON}: its lock is for x86_64 Linux")
        return None
    try:
        tree = trees([TOOLCHAIN])[TOOLCHAIN]
        root = compiled(tree, home_folder(), say)
    except NoToolchainError as error:
        say(f"without Debian's {PYTHON}: {error}")
        return None
    found = ask(root / "usr/bin" / PYTHON, loader(root), environment(root))
    return replace(found, sha256=tree.name)


def _is_foreign() -> bool:
    return os.uname().sysname != "Linux" or os.uname().machine != "x86_64"


def loader(root: Path) -> tuple[str, ...]:
    """What to put before a program of a root file system to run it with that system's libraries."""
    return str(root / _LOADER), "--library-path", str(root / _LIBRARIES)


def environment(root: Path) -> dict[str, str]:
    """Its own locales: the loader's system knows none of this machine's."""
    return {"LOCPATH": str(root / "usr/lib/locale")}


def compiled(tree: Path, home: Path, say: Callable[[str], None]) -> Path:
    """A copy of a root file system with its standard library byte-compiled. Complete, or not there at all.

    One from before is hashed: what is not as it was made is made again.
    """
    copy = home / f"{TOOLCHAIN}-{tree.name[:12]}"
    record = copy.with_name(f"{copy.name}.sha256")
    if copy.is_dir():
        if record.is_file() and record.read_text("ascii") == _content(copy):
            return copy
        say(f"{copy} is not as it was made")
        shutil.rmtree(copy)
    say(f"byte-compiling the standard library of Debian's {PYTHON}, as its packages do when they are installed")
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{TOOLCHAIN}-", dir=home) as folder:
        made = Path(folder, "root")
        shutil.copytree(tree, made, symlinks=True)
        for directory in (made, *(path for path in made.rglob("*") if path.is_dir() and not path.is_symlink())):
            directory.chmod(0o755)  # the store's are read-only
        command = [*loader(made), str(made / "usr/bin" / PYTHON), "-E", "-S", "-m", "compileall", "-q"]
        done = subprocess.run(
            [*command, str(made / "usr/lib" / PYTHON)],
            env={**ENVIRONMENT, **environment(made)},
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise NoToolchainError(f"its standard library does not compile: {done.stdout}{done.stderr}")
        Path(folder, "record").write_text(_content(made), "ascii")
        try:
            made.rename(copy)
        except OSError:
            if not copy.is_dir():  # another process has made it meanwhile
                raise
        Path(folder, "record").rename(record)
    return copy


def _content(folder: Path) -> str:
    """One digest of all that is in a folder."""
    state = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            what = f"link {path.readlink()}"
        else:
            what = "folder" if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()
        state.update(f"{path.relative_to(folder)}\0{what}\n".encode())
    return state.hexdigest()


def ask(path: Path, prefix: tuple[str, ...] = (), more: Mapping[str, str] | None = None) -> Process:
    """A CPython by its path, which is asked for its version. Raises `NoReferenceError`."""
    code = "import platform; print(platform.python_implementation(), platform.python_version())"
    env = {"PYTHONDONTWRITEBYTECODE": "1", **(more or {})}  # as installed interpreters, which carry their bytecode, do
    try:
        done = subprocess.run(
            [*prefix, path, "-c", code], env={**ENVIRONMENT, **env}, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoReferenceError(f"{path} does not run: {error}") from error
    version = done.stdout.strip()
    target = f"{os.uname().machine}-unknown-linux-gnu" if not prefix else X86
    return Process(f"reference {version}", "reference", target, version, path.absolute(), prefix=prefix, env=env)


def references(named: Sequence[Path], say: Callable[[str], None], *, optimised: bool = False) -> list[Process]:
    """Those that were named, else upstream's and Debian's, else a python3.14 on the PATH; then this machine's python3.

    Upstream's is Full's very version and shows what it should answer, but is compiled without a profile: nothing to
    measure `optimised` interpreters by.
    """
    made = [ask(path) for path in named]
    if not made:
        makers = (debian,) if optimised else (upstream, debian)
        made = [found for make in makers if (found := make(say))]
    if not made and (found_here := shutil.which(PYTHON)):
        made.append(ask(Path(found_here)))
    system = shutil.which("python3", path="/usr/local/bin:/usr/bin:/bin")
    if system:
        made.append(ask(Path(system)))
    return list({item.version: item for item in reversed(made)}.values())[::-1]
