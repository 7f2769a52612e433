"""A file as it was when the project was loaded; standard library only.

What is keyed when it is loaded may be used an hour later, and whoever works on the project edits it meanwhile. So its
bytes are kept with its digest, and nothing that was loaded is read from the work tree again. All recipes' files
together are a few megabytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class CapturedFile:
    """A file's bytes, their `sha256` (hex) and whether it is executable."""

    sha256: str
    executable: bool
    data: bytes = field(repr=False)

    @classmethod
    def of(cls, data: bytes, *, executable: bool = False) -> CapturedFile:
        """Bytes that were read once."""
        return cls(hashlib.sha256(data).hexdigest(), executable, data)

    def write(self, path: Path) -> None:
        """Write it to a new file, whose folder is made; only whether it is executable is kept of its mode."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.data)
        path.chmod(0o755 if self.executable else 0o644)
