"""Projects for the tests of the whole builder."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from pipeline.cli.settings import cache_folder
from tests.integration.pipeline.workspace import Ran, Workspace, assemble


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The small recipes on this machine's own cache, which may have the toolchains unpacked.

    Their results it never has: each session's salt makes other keys, so that everything is really built.
    """
    root = assemble(tmp_path_factory.mktemp("tiny") / "project", secrets.token_hex(8))
    return Workspace(root, cache_folder())


@pytest.fixture(scope="session")
def built(tiny: Workspace) -> Ran:
    """The first build of all small recipes for all targets."""
    ran = tiny.build("tinylib", "tinycrate", "--keep-going")
    assert ran.status == 0, ran.summary["failures"]
    return ran


@pytest.fixture
def small(tmp_path: Path) -> Workspace:
    """A project for recipes of shell scripts, on an empty store of its own; busybox unpacks in no time."""
    return workspace(tmp_path)


def workspace(folder: Path) -> Workspace:
    """A project and an empty store in a folder; pinned inputs come from this machine's downloads."""
    downloads = cache_folder() / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    (folder / "cache").mkdir()
    (folder / "cache" / "downloads").symlink_to(downloads)
    return Workspace(assemble(folder / "project", "none"), folder / "cache")
