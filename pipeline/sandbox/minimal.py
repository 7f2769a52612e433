"""The smallest root file system there is, to try engines with; may import the standard library only.

It holds one static program of some 200 bytes, made here for this machine's CPU, which creates the file `/out/ok` and
exits with 0 if it could. So an engine is tried without downloading anything or showing it the host's root.
"""

from __future__ import annotations

import platform
import struct
from pathlib import Path

PROGRAM = "/bin/true"
"""The only program of the minimal root."""

CREATES = "/out/ok"
"""What it creates: a folder has to be mounted at `/out`."""

TRIAL = "trial-"
"""What its digest begins with, in place of a real root's."""

_BASE = 0x400000
_HEADERS = 64 + 56

# System V ABI of each CPU: creat or openat, then exit with the sign bit of what that returned.
_CODE = {
    "x86_64": (
        62,
        bytes.fromhex("b855000000")  # mov eax, SYS_creat
        + bytes.fromhex("488d3d15000000")  # lea rdi, [rip + 21]: the path after the code
        + bytes.fromhex("bea4010000")  # mov esi, 0644
        + bytes.fromhex("0f05")  # syscall
        + bytes.fromhex("48c1e83f")  # shr rax, 63
        + bytes.fromhex("89c7")  # mov edi, eax
        + bytes.fromhex("b83c000000")  # mov eax, SYS_exit
        + bytes.fromhex("0f05")  # syscall
        + bytes.fromhex("90"),  # nop
    ),
    "aarch64": (
        183,
        struct.pack(
            "<9I",
            0x92800C60,  # mov x0, AT_FDCWD
            0x10000101,  # adr x1, .+32: the path after the code
            0xD2804822,  # mov x2, O_WRONLY|O_CREAT|O_TRUNC
            0xD2803483,  # mov x3, 0644
            0xD2800708,  # mov x8, SYS_openat
            0xD4000001,  # svc 0
            0xD37FFC00,  # lsr x0, x0, 63
            0xD2800BA8,  # mov x8, SYS_exit
            0xD4000001,  # svc 0
        ),
    ),
}


def program(machine: str) -> bytes:
    """The ELF file for a CPU as `platform.machine()` names it; raises KeyError for others."""
    number, code = _CODE[machine]
    body = code + CREATES.encode() + b"\0"
    size = _HEADERS + len(body)
    ident = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    header = struct.pack("<16sHHIQQQIHHHHHH", ident, 2, number, 1, _BASE + _HEADERS, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, _BASE, _BASE, size, size, 0x1000)
    return header + segment + body


def make_root(folder: Path) -> Path:
    """Write the minimal root into an empty folder; raises KeyError for a CPU that is not known."""
    (folder / "bin").mkdir(parents=True)
    path = folder / PROGRAM.lstrip("/")
    path.write_bytes(program(platform.machine()))
    path.chmod(0o755)
    return folder
