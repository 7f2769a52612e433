"""Makes small releases, right ones and such as break one rule; knows the formats from their documents only."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import zstandard

MTIME = 1767225600
X86 = "x86_64-unknown-linux-gnu"
SCRIPT = b"#!/bin/sh\necho it ran: $@\n"
FILES: dict[str, bytes | str | None] = {
    "bin": None,
    "bin/python3": "python3.14",
    "bin/python3.14": SCRIPT,
    "lib": None,
    "lib/os.py": b"name = 'posix'\n",
}
"""A made-up interpreter: None is a folder, a text the target of a link, bytes a file."""


def info(name: str, kind: bytes = tarfile.REGTYPE, **fields: object) -> bytes:
    """One header as Python's tarfile writes it, with any field changed: GNU's, which alone is a fault already."""
    made = tarfile.TarInfo(name)
    made.type = kind
    made.mtime = MTIME
    for field, value in fields.items():
        setattr(made, field, value)
    return made.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def folder(name: str) -> bytes:
    """A folder's entry."""
    return ustar(name, tarfile.DIRTYPE, mode=0o755)


def link(name: str, target: str) -> bytes:
    """A symlink's entry."""
    return ustar(name, tarfile.SYMTYPE, mode=0o644, linkname=target)


def file(name: str, content: bytes = b"", mode: int = 0o644) -> bytes:
    """A file's entry."""
    return ustar(name, tarfile.REGTYPE, mode=mode, size=len(content)) + content + bytes(-len(content) % 512)


def ustar(name: str, kind: bytes = tarfile.REGTYPE, **fields: object) -> bytes:
    """One header of the profile's own format, with any field changed: right in all else."""
    made = tarfile.TarInfo(name)
    made.type, made.mtime = kind, MTIME
    for field, value in fields.items():
        setattr(made, field, value)
    return made.tobuf(tarfile.USTAR_FORMAT, "utf-8")


def overwritten(header: bytes, at: int, data: bytes) -> bytes:
    """A header with bytes of it changed, and the checksum (at 148, as in `ustar`) that fits them."""
    made = header[:at] + data + header[at + len(data) :]
    blank = made[:148] + b" " * 8 + made[156:]
    return blank[:148] + b"%06o\0 " % sum(blank) + blank[156:]


TOP = folder("top")


def tar(*entries: bytes) -> bytes:
    """Entries and the end of the tar."""
    return b"".join(entries) + bytes(1024)


def by_tarfile(item: tarfile.TarInfo, content: bytes, kind: int) -> bytes:
    """A whole tar of one file written by Python's tarfile in one of its formats."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=kind) as written:
        written.addfile(item, io.BytesIO(content))
    return out.getvalue()


def frame(data: bytes, **parameters: object) -> bytes:
    """One zstd frame such as the builder writes, but for `parameters`."""
    chosen: dict[str, Any] = {"compression_level": 1, "write_checksum": True, "write_content_size": True, **parameters}
    settings = zstandard.ZstdCompressionParameters(**chosen)
    return zstandard.ZstdCompressor(compression_params=settings).compress(data)


def archive(files: Mapping[str, bytes | str | None] = FILES) -> bytes:
    """A good archive; what lies in `bin/`, and a module, is executable."""
    return frame(tar(TOP, *(_entry(name, content) for name, content in files.items())))


def _entry(name: str, content: bytes | str | None) -> bytes:
    if content is None:
        return folder(f"top/{name}")
    if isinstance(content, str):
        return link(f"top/{name}", content)
    return file(f"top/{name}", content, 0o755 if name.startswith("bin/") else 0o644)


def tree(files: Mapping[str, bytes | str | None] = FILES) -> str:
    """The tree's digest, as the manifest gives it."""
    entries: list[dict[str, object]] = []
    for name, content in files.items():
        if content is None:
            entries.append({"path": name, "type": "dir"})
        elif isinstance(content, str):
            entries.append({"path": name, "target": content, "type": "link"})
        else:
            digest = hashlib.sha256(content).hexdigest()
            more = {"digest": digest, "size": len(content), "exec": name.startswith("bin/")}
            entries.append({"path": name, "type": "file", **more})
    return hashlib.sha256(json.dumps(entries, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def artifact(packed: bytes | None = None, **changes: Any) -> dict[str, Any]:
    """One artifact of a manifest, for the made-up interpreter unless `changes` say otherwise."""
    data = archive() if packed is None else packed
    digest = hashlib.sha256(data).hexdigest()
    made: dict[str, Any] = {
        "name": "cpython",
        "version": "3.14.7",
        "tier": "full",
        "kind": "interpreter",
        "target": X86,
        "options": {},
        "entry": "bin/python3",
        "file": {"path": f"sha256/{digest}/top.tar.zst", "size": len(data), "sha256": digest},
        "tree": tree(),
        "key": "1" * 64,
        "requires": {"glibc": "2.30", "isa": "x86_64", "runtime": None},
        "capabilities": {"modules": ["json", "os"]},
        "evidence": {"elf": {}, "ran": {}},
        "benchmarks": {},
        "sbom": None,
        "provenance": None,
        "made": {
            "recipe": {"name": "cpython", "sha256": "2" * 64},
            "engine": "bubblewrap",
            "probe_key": "3" * 64,
            "sources": [{"name": "cpython", "sha256": "4" * 64}],
            "locks": [],
            "dependencies": [{"action": "build", "key": "5" * 64}],
        },
    }
    made.update(changes)
    return made


def manifest(*artifacts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A manifest of artifacts, sorted as it must be."""
    ordered = sorted(artifacts, key=lambda a: (a["name"], a["version"], a["target"], sorted(a["options"].items())))
    return {"schema": "1.0", "release": "2026.11", "created": "2026-11-23T00:00:00Z", "artifacts": ordered, **changes}


def table(full: dict[str, Any], light: dict[str, Any], content: bytes = b"{}") -> tuple[bytes, dict[str, Any]]:
    """What is known of two artifacts, and how a manifest lists it."""
    name = f"{full['file']['sha256'][:12]}-{light['file']['sha256'][:12]}.json"
    digest = hashlib.sha256(content).hexdigest()
    return content, {"path": f"sha256/{digest}/{name}", "size": len(content), "sha256": digest}


def release(
    place: Path,
    packed: Iterable[tuple[bytes, dict[str, Any]]] | None = None,
    tables: Iterable[tuple[bytes, dict[str, Any]]] = (),
) -> Path:
    """Write a release: a manifest, the archives of its artifacts and its tables; `place` itself."""
    pairs = [(archive(), artifact())] if packed is None else list(packed)
    listed = list(tables)
    for data, reference in (*((data, made["file"]) for data, made in pairs), *listed):
        path = place / reference["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    place.mkdir(parents=True, exist_ok=True)
    more = {"tables": [reference for _, reference in listed]} if listed else {}
    (place / "manifest.json").write_text(json.dumps(manifest(*(made for _, made in pairs), **more)), "utf-8")
    return place


def light(**changes: Any) -> tuple[bytes, dict[str, Any]]:
    """Another artifact: a Light interpreter with one file of its own."""
    files: dict[str, bytes | str | None] = {"bin": None, "bin/rustpython": b"#!/bin/sh\necho light\n"}
    data = archive(files)
    changed = {"name": "rustpython", "version": "0.6.0", "tier": "light", "entry": "bin/rustpython", **changes}
    return data, artifact(data, tree=tree(files), **changed)
