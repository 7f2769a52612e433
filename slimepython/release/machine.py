"""What this machine is: architecture, GNU libc, instruction set levels; imports nothing of the package."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CPUINFO: Final = Path("/proc/cpuinfo")

# System V ABI, AMD64 Architecture Processor Supplement, 3.1.1 "Processor Architecture", by the kernel's names.
X86_64_LEVELS: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("x86-64-v2", frozenset(("cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"))),
    ("x86-64-v3", frozenset(("avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"))),
    ("x86-64-v4", frozenset(("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"))),
)


@dataclass(frozen=True)
class Machine:
    """Where an artifact is to run.

    `glibc` is None where there is none. `isa` holds the architecture and its levels, lowest first. `cpu` identifies the
    processor's features (hex), `wasmtime` the version of the engine that can be imported, or None.
    """

    arch: str
    glibc: str | None
    isa: tuple[str, ...]
    cpu: str
    wasmtime: str | None

    @property
    def target(self) -> str:
        """The target triple of native programs."""
        return f"{self.arch}-unknown-linux-{'gnu' if self.glibc else 'musl'}"


def this_machine() -> Machine:
    """The machine that this process runs on."""
    arch = os.uname().machine
    flags = cpu_flags(_cpuinfo())
    return Machine(
        arch=arch,
        glibc=_glibc(),
        isa=isa_levels(arch, flags),
        cpu=hashlib.sha256(" ".join((arch, *sorted(flags))).encode()).hexdigest()[:12],
        wasmtime=_wasmtime(),
    )


def isa_levels(arch: str, flags: Iterable[str]) -> tuple[str, ...]:
    """The architecture, then each level of it whose features, and all those of the levels below, are there."""
    levels = [arch]
    if arch == "x86_64":
        present = frozenset(flags)
        levels.append("x86-64")
        for name, needed in X86_64_LEVELS:
            if not needed <= present:
                break
            levels.append(name)
    return tuple(levels)


def cpu_flags(cpuinfo: str) -> frozenset[str]:
    """The features of the first processor in the text of `/proc/cpuinfo`; x86 says `flags`, ARM `Features`."""
    for line in cpuinfo.splitlines():
        key, _, value = line.partition(":")
        if key.strip() in ("flags", "Features"):
            return frozenset(value.split())
    return frozenset()


def _cpuinfo() -> str:
    try:
        return CPUINFO.read_text("utf-8", "replace")
    except OSError:
        return ""  # then only the architecture's baseline is counted on


def _glibc() -> str | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    except (ValueError, OSError):
        return None
    return version if name == "glibc" and version else None


def _wasmtime() -> str | None:
    try:
        return importlib.metadata.version("wasmtime")
    except importlib.metadata.PackageNotFoundError:
        return None
