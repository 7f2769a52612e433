"""Files are read once, when the project is loaded."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest

from pipeline.errors import DefinitionError
from pipeline.load.captured import CapturedFile
from pipeline.load.problems import LoadReason
from pipeline.load.project import load_project
from pipeline.load.reading import read_file
from tests.unit.miniproject import recipe, write


@pytest.mark.parametrize("mode", [0o644, 0o755])
def test_a_file_is_written_as_it_was_captured(tmp_path: Path, mode: int) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"before\0\xff")
    source.chmod(mode)
    file = read_file(source)
    source.write_bytes(b"after")
    source.chmod(0o600)
    file.write(tmp_path / "a" / "b" / "target")
    written = tmp_path / "a" / "b" / "target"
    assert written.read_bytes() == b"before\0\xff"
    assert stat.S_IMODE(written.stat().st_mode) == mode
    assert file.sha256 == hashlib.sha256(b"before\0\xff").hexdigest()


def test_bytes_that_were_read_elsewhere() -> None:
    assert CapturedFile.of(b"x", executable=True) == CapturedFile(hashlib.sha256(b"x").hexdigest(), True, b"x")


def test_a_project_holds_what_it_was_loaded_from(tmp_path: Path) -> None:
    files = {
        "recipes/app/a.sh": "a\n",
        "recipes/app/b.sh": "b\n",
        "recipes/app/crates/Cargo.lock": "lock\n",
        "recipes/app/crates/Cargo.toml": "manifest\n",
    }
    root = write(tmp_path, [recipe("app", files=["*.sh", "a.*"], crates={"lock": "crates/Cargo.lock"})], files)
    before = {path: (root / path).read_bytes() for path in files}
    yaml = (root / "recipes" / "app" / "recipe.yaml").read_bytes()
    lock = (root / "toolchains" / "tools.lock.json").read_bytes()
    project = load_project(root)
    for path in [*files, "recipes/app/recipe.yaml", "toolchains/tools.lock.json"]:
        (root / path).unlink()
    held = project.recipe_files("app")
    assert {f"recipes/app/{path}": file.data for path, file in held.items()} == {
        path: data for path, data in before.items() if not path.endswith("Cargo.toml")
    }
    assert project.crate_manifests["app"].data == b"manifest\n"
    assert project.recipe_digest("app") == hashlib.sha256(yaml).hexdigest()
    assert project.lock_digests["tools"] == hashlib.sha256(lock).hexdigest()


def test_a_crate_lock_without_its_manifest_is_refused(tmp_path: Path) -> None:
    root = write(tmp_path, [recipe("app", crates={})], {"recipes/app/Cargo.lock": "lock\n"})
    with pytest.raises(DefinitionError) as caught:
        load_project(root)
    assert caught.value.reason is LoadReason.MISSING_FILE
    assert "the 'Cargo.toml' beside 'Cargo.lock' in recipes/app/ does not exist" in caught.value.message
