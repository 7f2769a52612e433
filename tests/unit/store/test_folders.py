"""Folders that builds have written to, also as a user who is not root."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.store.folders import make_private, mask_modes, remove_tree

ROOT = Path(__file__).parents[3]
NOBODY = 65534


@pytest.fixture
def top(tmp_path: Path) -> Iterator[Path]:
    """A folder that any user may reach, with one in it that is `NOBODY`'s if this is root."""
    changed = [folder for folder in tmp_path.parents if folder.name.startswith("pytest-")]
    before = [folder.stat().st_mode for folder in changed]
    for folder in (tmp_path, *changed):
        folder.chmod(0o755)
    made = tmp_path / "top"
    made.mkdir()
    if os.geteuid() == 0:
        os.chown(made, NOBODY, NOBODY)
    yield made
    for folder, mode in zip(changed, before, strict=True):
        folder.chmod(stat.S_IMODE(mode))


def unprivileged(code: str, *arguments: Path) -> str:
    """Run Python code as a user without rights over others' files: root becomes `NOBODY`; gives what it printed."""
    become = f"import os; os.geteuid() or (os.setgroups([]), os.setgid({NOBODY}), os.setuid({NOBODY}))\n"
    imports = "import sys\nfrom pathlib import Path\nfrom pipeline.store.folders import *\n"
    done = subprocess.run(
        # What is imported may be root's alone.
        [sys.executable, "-c", imports + become + code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


CLOSED = """
top = Path(sys.argv[1])
for name in ("a/b/c/d", "a/e", "f"):
    (top / name).mkdir(parents=True)
    (top / name / "file").write_text("x")
(top / "a" / "link").symlink_to("/etc")
for name in ("a/b/c/d", "a/b/c", "a/b", "a/e", "a", "f"):
    (top / name).chmod(MODE)
"""


@pytest.mark.parametrize("mode", ["0", "0o500", "0o200"])
def test_nested_folders_that_are_closed_to_their_owner_are_removed(top: Path, mode: str) -> None:
    unprivileged(CLOSED.replace("MODE", mode) + "remove_tree(top / 'a'); remove_tree(top / 'f')", top)
    assert list(top.iterdir()) == []


def test_a_missing_folder_is_removed_already_and_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir(mode=0o500)
    (tmp_path / "kept" / "sub").mkdir(mode=0o500)
    (tmp_path / "top").mkdir()
    (tmp_path / "top" / "link").symlink_to(tmp_path / "kept")
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    remove_tree(tmp_path / "top")
    remove_tree(tmp_path / "top")
    with pytest.raises(NotADirectoryError):
        remove_tree(tmp_path / "link")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["kept", "link", "sub"]
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o500


def test_folders_deeper_than_any_path_or_stack_are_removed(tmp_path: Path) -> None:
    deep = 1500
    (tmp_path / "top").mkdir()
    handle = os.open(tmp_path / "top", os.O_RDONLY)
    for _ in range(deep):
        os.mkdir("deeper", dir_fd=handle)
        below = os.open("deeper", os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = below
    os.close(handle)
    remove_tree(tmp_path / "top")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: it becomes another user")
def test_what_cannot_be_removed_is_told_and_all_else_goes(top: Path) -> None:
    unprivileged("[(Path(sys.argv[1]) / name).mkdir() for name in 'abc']", top)
    (top / "b" / "roots").mkdir()
    (top / "b" / "roots" / "file").write_text("x")
    for name in "abc":
        (top / name / "file").write_text("x")
    said = unprivileged(
        "try: remove_tree(Path(sys.argv[1]))\nexcept OSError as error: print(error.strerror, error.filename)", top
    )
    assert "Permission denied" in said
    assert [str(path.relative_to(top)) for path in sorted(top.rglob("*"))] == ["b", "b/roots", "b/roots/file"]


def test_set_id_sticky_and_others_writing_are_masked(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "outside").write_text("x")
    (tmp_path / "outside").chmod(0o4777)
    for name, mode in {"setuid": 0o4755, "setgid": 0o2711, "open": 0o666, "plain": 0o640, "closed": 0}.items():
        (tmp_path / "sub" / name).write_text("x")
        (tmp_path / "sub" / name).chmod(mode)
    (tmp_path / "sub" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "sub" / "folder").mkdir()
    (tmp_path / "sub" / "folder" / "deep").write_text("x")
    (tmp_path / "sub" / "folder" / "deep").chmod(0o6777)
    (tmp_path / "sub" / "folder").chmod(0o1777)
    mask_modes(tmp_path / "sub")
    found = {path.name: stat.S_IMODE(path.lstat().st_mode) for path in (tmp_path / "sub").rglob("*")}
    assert found.pop("link")
    assert found == {
        "setuid": 0o755, "setgid": 0o711, "open": 0o644, "plain": 0o640, "closed": 0, "folder": 0o755, "deep": 0o755
    }  # fmt: skip
    assert stat.S_IMODE((tmp_path / "outside").stat().st_mode) == 0o4777


def test_closed_folders_are_opened_to_be_masked(top: Path) -> None:
    code = "(top / 'a/e').chmod(0o700); (top / 'a/e/file').chmod(0o4755); (top / 'a/e').chmod(0)\n"
    code = CLOSED.replace("(top / name).chmod(MODE)", "pass") + code + "(top / 'a').chmod(0)\nmask_modes(top)"
    unprivileged(code, top)
    assert stat.S_IMODE((top / "a" / "e" / "file").stat().st_mode) == 0o755


def test_what_is_too_deep_to_be_masked_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "top").mkdir()
    (tmp_path / "top" / "log").write_text("kept")
    handle = os.open(tmp_path / "top", os.O_RDONLY)
    for _ in range(50):
        os.mkdir("d" * 200, dir_fd=handle)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = below
    os.close(os.open("setuid", os.O_CREAT | os.O_WRONLY, 0o4755, dir_fd=handle))
    os.close(handle)
    mask_modes(tmp_path / "top")
    depth = sum(1 for _ in os.walk(tmp_path / "top"))
    assert depth < 50
    assert (tmp_path / "top" / "log").read_text() == "kept"


@pytest.mark.parametrize("before", [None, 0o755, 0o1777])
def test_a_private_folder_is_its_owners_alone(tmp_path: Path, before: int | None) -> None:
    folder = tmp_path / "private"
    if before is not None:
        folder.mkdir()
        folder.chmod(before)
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
    old = os.umask(0)
    try:
        make_private(folder)
    finally:
        os.umask(old)
    found = folder.stat()
    assert (stat.S_IMODE(found.st_mode), found.st_uid) == (0o700, os.geteuid())
