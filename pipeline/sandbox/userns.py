"""Why user namespaces cannot be had here, by what is really set, and how to lift it; may import the standard library.

The settings are described in the kernel's admin-guide/sysctl. Two exist in some distributions' kernels only:
`unprivileged_userns_clone` in Debian's, `apparmor_restrict_unprivileged_userns` in Ubuntu's.
"""

from __future__ import annotations

import os
from pathlib import Path

SETTINGS = Path("/proc/sys")
PROCESS = Path("/proc/self")


def way_out() -> str:
    """What to type so that this user may make user namespaces; without a known reason, where to look for it."""
    if not (PROCESS / "ns" / "user").exists():
        return "this kernel has no user namespaces at all: use another kernel"
    commands = [f"`sudo sysctl -w {name}={good}`" for name, bad, good in _settings() if _is(name, bad)]
    if commands:
        return f"user namespaces are off here: {' and '.join(commands)}"
    if _is_filtered():
        return (
            "a filter of system calls forbids user namespaces: if this is a container, start it with `--security-opt "
            "seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined`"
        )
    return (
        "no setting is known that forbids them: is this a chroot, or does a security module forbid it (`dmesg | tail`)?"
    )


def _settings() -> list[tuple[str, str, str]]:
    """Setting, the value that forbids, the one that allows: those that hold for this user."""
    found = [("user.max_user_namespaces", "0", "15000")]
    if os.geteuid() != 0:
        found.append(("kernel.unprivileged_userns_clone", "0", "1"))
        found.append(("kernel.apparmor_restrict_unprivileged_userns", "1", "0"))
    return found


def _is(name: str, value: str) -> bool:
    try:
        return (SETTINGS / name.replace(".", "/")).read_text("ascii").strip() == value
    except OSError:
        return False


def _is_filtered() -> bool:
    try:
        lines = (PROCESS / "status").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    return any(line.split() == ["Seccomp:", "2"] for line in lines)
