"""Where installations are and which there are; imports the package's errors and release models.

installs/<artifact's label>/   appears at once and whole, never changes
    manifest.json              a manifest of this one artifact, as it was published
    tree.json                  what its files must be; its sha256 is the manifest's `tree`
    root/                      the archive's top folder
compiled/                      wasm modules precompiled for this engine and processor, made again when missing
ready/                         what `run` starts without looking further, made again when missing
tiers/                         tables of what two tiers answer equally, and a record of their digests
scratch/                       half-made things; whoever holds the lock may delete all of it
lock                           held while anything here is written
"""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from slimepython.errors import InstallError, ManifestError, Reason
from slimepython.release.model import FILE_NAME, Artifact, load_manifest

ROOT: Final = "root"


class HomeReason(Reason):
    """Why something cannot be done with the folder of installations."""

    DAMAGED = "damaged"
    NOT_WRITABLE = "not-writable"
    NO_SPACE = "no-space"
    BUSY = "busy"
    WRITE_FAILED = "write-failed"
    WRONG_TREE = "wrong-tree"
    NO_ENTRY = "no-entry"
    CHANGED = "changed"


@dataclass(frozen=True)
class Installed:
    """One installation. `root` is the archive's top folder, `entry` the program in it, both absolute.

    `cwasm` is the module precompiled for this very engine and processor, if there is one.
    """

    artifact: Artifact
    root: Path
    entry: Path
    cwasm: Path | None = None


@dataclass(frozen=True)
class Home:
    """The folder of installations."""

    path: Path

    @property
    def installs(self) -> Path:
        """One folder for each installed artifact."""
        return self.path / "installs"

    @property
    def compiled(self) -> Path:
        """Precompiled wasm modules."""
        return self.path / "compiled"

    @property
    def tiers(self) -> Path:
        """Tables of what two tiers answer equally."""
        return self.path / "tiers"

    @property
    def scratch(self) -> Path:
        """Half-made things."""
        return self.path / "scratch"

    @property
    def lock(self) -> Path:
        """Held while anything here is written."""
        return self.path / "lock"

    def folder(self, artifact: Artifact) -> Path:
        """Where an artifact is installed, or would be."""
        return self.installs / artifact.label

    def installed(self) -> tuple[Installed, ...]:
        """What is installed, by label. Raises `InstallError` (DAMAGED) for a folder that is no installation."""
        try:
            names = sorted(entry.name for entry in os.scandir(self.installs))
        except FileNotFoundError:
            return ()
        return tuple(self.read(self.installs / name) for name in names)

    def read(self, folder: Path) -> Installed:
        """The installation in `folder`. Raises `InstallError` (DAMAGED)."""
        try:
            manifest = load_manifest((folder / FILE_NAME).read_bytes(), str(folder / FILE_NAME))
        except (OSError, ManifestError) as error:
            raise damaged(folder, str(error)) from error
        if len(manifest.artifacts) != 1 or manifest.artifacts[0].label != folder.name:
            raise damaged(folder, "its manifest is another artifact's")
        artifact = manifest.artifacts[0]
        if artifact.entry is None:
            raise damaged(folder, "its manifest names no program")
        root = folder / ROOT
        cwasm = self._cwasm(artifact)
        return Installed(artifact, root, root / artifact.entry, cwasm)

    def _cwasm(self, artifact: Artifact) -> Path | None:
        if artifact.requires.runtime is None:
            return None
        from slimepython.install.compiled import fitting  # asks what the engine is, which takes its time

        return fitting(self.compiled, artifact)


def damaged(folder: Path, problem: str) -> InstallError:
    """The error for an installation that is not what was installed; the caller raises it."""
    return InstallError(
        HomeReason.DAMAGED,
        f"{folder}: {problem}",
        hint=f"delete the folder {folder} and run `slimepython install` again",
    )


def remove(folder: Path) -> None:
    """Delete a folder of files that are write-protected."""
    for path, _, _ in os.walk(folder):
        Path(path).chmod(stat.S_IRWXU)
    shutil.rmtree(folder)
