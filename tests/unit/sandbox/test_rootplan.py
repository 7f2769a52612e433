"""Mount points in a root that does not have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import SandboxError
from pipeline.sandbox.errors import SandboxReason
from pipeline.sandbox.rootplan import Step, lay_out


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "usr" / "bin").mkdir(parents=True)
    (tmp_path / "usr" / "lib").mkdir()
    (tmp_path / "bin").symlink_to("usr/bin")
    (tmp_path / "build").mkdir()
    (tmp_path / "init").write_text("")
    return tmp_path


def test_entries_are_bound_links_made_anew_and_mount_points_left_out(root: Path) -> None:
    assert lay_out(root, ["/build", "/out", "/native/zlib"]) == (
        Step("link", "/bin", "usr/bin"),
        Step("bind", "/init", f"{root}/init"),
        Step("bind", "/usr", f"{root}/usr"),
    )


def test_a_mount_point_that_exists_needs_nothing(root: Path) -> None:
    assert Step("bind", "/usr", f"{root}/usr") in lay_out(root, ["/usr/lib"])


def test_a_folder_without_its_mount_point_is_laid_out_again(root: Path) -> None:
    steps = lay_out(root, ["/usr/share/deps", "/usr/lib"])
    assert [step for step in steps if step.target.startswith("/usr")] == [
        Step("dir", "/usr"),
        Step("bind", "/usr/bin", f"{root}/usr/bin"),
    ]


@pytest.mark.parametrize("point", ["/bin/new", "/init/x"])
def test_a_mount_point_below_no_folder_is_refused(root: Path, point: str) -> None:
    with pytest.raises(SandboxError) as caught:
        lay_out(root, [point])
    assert caught.value.reason is SandboxReason.BAD_MOUNT
    assert point in caught.value.message


def test_a_mount_point_behind_a_link_does_not_count_as_there(root: Path) -> None:
    (root / "usr" / "loop").symlink_to(root / "usr")
    with pytest.raises(SandboxError):
        lay_out(root, ["/usr/loop/bin"])
