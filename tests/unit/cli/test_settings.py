"""Where things are on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.cli.settings import CACHE_ENV, Settings, available_jobs, cache_folder


def test_the_cache_is_what_the_environment_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(CACHE_ENV, str(tmp_path))
    settings = Settings(root=Path("project"))
    assert settings.cache == tmp_path
    assert (settings.store, settings.downloads) == (tmp_path / "store", tmp_path / "downloads")


@pytest.mark.parametrize(("named", "found"), [("~/there", "home/there"), ("here", "work/here")])
def test_a_named_folder_may_be_relative(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str, found: str
) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv(CACHE_ENV, named)
    assert cache_folder() == tmp_path / found


@pytest.mark.parametrize("named", [None, ""])
def test_else_it_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str | None) -> None:
    monkeypatch.delenv(CACHE_ENV, raising=False)
    if named is not None:
        monkeypatch.setenv(CACHE_ENV, named)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "slimepython"


def test_there_are_as_many_jobs_as_processors_that_may_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 3, 5})
    assert available_jobs() == 3
    assert Settings(root=Path()).jobs == 3
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set())
    assert available_jobs() == 1
