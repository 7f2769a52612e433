"""What is compared is what the manifest says, also when it was unpacked before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from difftiers import interpreters
from difftiers.interpreters import NATIVE, WrongArchiveError, find
from pipeline.publish.archive import pack
from slimepython.install import tree
from slimepython.install.unpack import unpack

LABEL = f"cpython-3.14.7-{NATIVE}"


@dataclass(frozen=True)
class Release:
    """A folder with a manifest of one interpreter, and a cache."""

    manifest: Path
    archive: Path
    cache: Path

    def program(self) -> Path:
        (found,) = find(self.manifest, self.cache)
        return found.entry


@pytest.fixture
def release(tmp_path: Path) -> Release:
    python = tmp_path / "python"
    (python / "bin").mkdir(parents=True)
    (python / "lib").mkdir()
    (python / "bin" / "python3").write_text("program", "ascii")
    (python / "bin" / "python3").chmod(0o755)
    (python / "lib" / "os.py").write_text("library", "ascii")
    (tmp_path / "release").mkdir()
    archive = tmp_path / "release" / f"{LABEL}.tar.zst"
    packed = pack(python, LABEL, archive)
    with archive.open("rb") as file:
        digest = hashlib.sha256(tree.dumps(unpack(file, tmp_path / "there"))).hexdigest()
    artifact = {
        "kind": "interpreter", "tier": "full", "target": NATIVE, "version": "3.14.7", "options": {}, "tree": digest,
        "entry": "bin/python3", "file": {"path": archive.name, "sha256": packed.sha256},
    }  # fmt: skip
    manifest = tmp_path / "release" / "manifest.json"
    manifest.write_text(json.dumps({"artifacts": [artifact]}), "utf-8")
    return Release(manifest, archive, tmp_path / "cache")


def test_an_interpreter_is_unpacked_once(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = release.program()
    assert entry.read_text("ascii") == "program"
    monkeypatch.setattr(interpreters, "unpack", pytest.fail)
    assert release.program() == entry


@pytest.mark.parametrize(
    "damage",
    [
        lambda root: (root / "bin/python3").write_text("zeroed!", "ascii"),
        lambda root: (root / "lib/os.py").unlink(),
        lambda root: (root / "lib/other.py").touch(),
        lambda root: (root / "bin/python3").chmod(0o444),
        lambda root: (root.parent / tree.RECORD).write_text("[]", "ascii"),
        lambda root: (root.parent / tree.RECORD).unlink(),
        lambda root: root.rename(root.with_name("elsewhere")),
    ],
    ids=["bytes", "a file less", "a file more", "mode", "record", "no record", "no folder"],
)
def test_what_is_not_whole_is_unpacked_again(release: Release, damage: Callable[[Path], object]) -> None:
    root = release.program().parents[1]
    for path in (root, root / "bin", root / "lib", root / "bin/python3", root / "lib/os.py"):
        path.chmod(0o755)
    damage(root)
    entry = release.program()
    assert entry.read_text("ascii") == "program"
    assert entry.stat().st_mode & 0o111
    assert sorted(path.name for path in (root / "lib").iterdir()) == ["os.py"]
    assert sorted(path.name for path in release.cache.iterdir()) == [root.parent.name]


@pytest.mark.parametrize("field", ["tree", "sha256"])
def test_an_archive_that_is_another_is_not_unpacked(release: Release, field: str) -> None:
    document = json.loads(release.manifest.read_text("utf-8"))
    (artifact,) = document["artifacts"]
    (artifact if field == "tree" else artifact["file"])[field] = "0" * 64
    release.manifest.write_text(json.dumps(document), "utf-8")
    with pytest.raises(WrongArchiveError, match=LABEL):
        release.program()
    assert list(release.cache.iterdir()) == []


def test_an_archive_that_was_changed_is_not_unpacked(release: Release) -> None:
    data = bytearray(release.archive.read_bytes())
    data[-1] ^= 1
    release.archive.write_bytes(data)
    with pytest.raises(WrongArchiveError, match="build-full"):
        release.program()
