"""Second opinions from tools inside the sandbox: llvm-readobj, ldd, trial links by lld.

May import `pipeline.sandbox.protocol` and the probe's readers. The tools come from the toolchain's root file
system, never from the host.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.probe.facts import Facts, ProbeError, ProbeReason
from pipeline.sandbox.protocol import Engine, Mount, Sandbox, SandboxLimits

ARTIFACT = "/artifact"
SYSROOT = "/sysroot"
_GIB = 1 << 30
_MARK = "@@file "
_READOBJ = """for file in "$@"; do
  printf '\\n@@file %s\\n' "$file"
  llvm-readobj --elf-output-style=JSON --file-header --program-headers --dynamic-table --version-info \\
    "$file" 2>/dev/null || true
done"""
_LDD = 'rc=0; ldd "$1" || rc=$?; printf "\\n@@status %s\\n" "$rc"'
_EMULATIONS = {"x86_64": "elf_x86_64", "aarch64": "aarch64linux", "i386": "elf_i386", "riscv": "elf64lriscv"}
_RECOMPILE = "recompile with -fPIC"
_MEMBER = re.compile(r"([^\s:/]+):\([^)]*\) in archive ")
_TRIALS = {
    "pic": ("-shared",),
    "pie": ("-pie", "--unresolved-symbols=ignore-all"),
}


@dataclass(frozen=True)
class Tools:
    """Runs tools over one artifact's folder, mounted read-only at /artifact."""

    engine: Engine
    rootfs: Path
    rootfs_digest: str
    folder: Path
    workdir: Path
    sysroot: Path | None = None
    env: Mapping[str, str] = field(default_factory=lambda: {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})

    def run(self, name: str, *argv: str, seconds: int = 600) -> tuple[int, str]:
        """Exit status and output of a command. Raises `ProbeError` when it was stopped at a limit."""
        mounts = [Mount(self.folder, ARTIFACT, "ro")]
        if self.sysroot is not None:
            mounts.append(Mount(self.sysroot, SYSROOT, "ro"))
        limits = SandboxLimits(seconds, 8 * _GIB, 256 << 20, 8 * _GIB)
        sandbox = Sandbox(self.rootfs, self.rootfs_digest, tuple(mounts), tuple(argv), dict(self.env), "/tmp", limits)
        log = self.workdir / f"{name}.log"
        outcome = self.engine.run(sandbox, log=log)
        if outcome.status is None:
            message = f"{argv[0]} was stopped ({outcome.explain()}) while looking at the artifact"
            raise ProbeError(ProbeReason.TOOL_FAILED, message, hint=f"its output is in {log}")
        return outcome.status, log.read_text("utf-8", "replace")

    def readobj(self, files: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What llvm-readobj says of files (paths inside the folder); of one it cannot read, nothing."""
        status, text = self.run("readobj", "sh", "-c", _READOBJ, "sh", *(f"{ARTIFACT}/{f}" for f in files))
        _expect_success("llvm-readobj", status, text)
        out: dict[str, dict[str, Any]] = {}
        for part in text.split(_MARK)[1:]:
            name, _, body = part.partition("\n")
            out[name.removeprefix(f"{ARTIFACT}/")] = _first_object(body)
        return out

    def ldd(self, file: str) -> Facts:
        """What the loader finds for a file: it runs code of the file's interpreter, so native only.

        `status` is 0 for a static-pie and for a library without dependencies, 1 for static non-PIE files;
        `libraries` are the names the loader resolved.
        """
        _, text = self.run("ldd", "sh", "-c", _LDD, "sh", f"{ARTIFACT}/{file}")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        status = next((int(line.split()[1]) for line in lines if line.startswith("@@status ")), None)
        if status is None:
            raise ProbeError(ProbeReason.TOOL_FAILED, f"ldd said nothing about {file}: {text[-300:]}")
        resolved = [line for line in lines if " => " in line]
        return {
            "status": status,
            "static": "statically linked" in text,
            "libraries": sorted(line.split()[0] for line in resolved if not line.endswith("not found")),
            "not_found": sorted({line.split()[0] for line in resolved if line.endswith("not found")}),
        }

    def trial_link(self, archive: str, machine: str) -> Facts:
        """Link a whole archive as a shared library (`pic`) and as a PIE (`pie`), without text relocations.

        `non_pic` and `non_pie` name the members that stood in the way; `link_errors` is all that had another
        cause. What the archive itself needs from elsewhere may stay undefined.
        """
        facts: Facts = {}
        other: set[str] = set()
        for name, options in _TRIALS.items():
            emulation = _EMULATIONS.get(machine)
            if emulation is None:
                return {
                    "pic": False,
                    "pie": False,
                    "link_errors": [f"no trial link is known for {machine!r}"],
                }
            fixed = ("-z", "text", "-z", "muldefs", "--error-limit=0", "--no-warnings", "--lto-O0")
            command = ("ld.lld", "-m", emulation, *options, *fixed)
            status, text = self.run(
                f"link-{name}", *command, "--whole-archive", f"{ARTIFACT}/{archive}", "-o", "/tmp/trial"
            )
            members, errors = parse_link_errors(text)
            if status and not members and not errors:
                errors = [f"ld.lld ended with {status}"]
            facts |= {name: status == 0, f"non_{name}": list(members)}
            other.update(errors)
        return {**facts, "link_errors": sorted(other)}


def parse_link_errors(text: str) -> tuple[list[str], list[str]]:
    """lld's messages as (members that are not position independent, other errors)."""
    members: set[str] = set()
    other: set[str] = set()
    for block in re.split(r"^(?=ld\.lld: )", text, flags=re.M):
        first = block.partition("\n")[0]
        if not first.startswith("ld.lld: error: "):
            continue
        found = _MEMBER.findall(block)
        if _RECOMPILE in first and found:
            members.update(found)
        else:
            other.add(first.removeprefix("ld.lld: error: ").replace(f"{ARTIFACT}/", ""))
    return sorted(members), sorted(other)


def _expect_success(tool: str, status: int, text: str) -> None:
    if status != 0:
        last = " | ".join(text.strip().splitlines()[-3:])
        raise ProbeError(
            ProbeReason.TOOL_FAILED,
            f"{tool} ended with {status} in the sandbox: {last}",
            hint="is it in the toolchain's root file system? python -m pipeline doctor",
        )


def _first_object(body: str) -> dict[str, Any]:
    """The first object of readobj's JSON list; what follows a failure half-way is no JSON at all."""
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else {}
