"""Why there are no user namespaces, from files as a kernel would show them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.sandbox import userns
from pipeline.sandbox.userns import way_out


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that forbids nothing, to a user without rights."""
    for name in ("sys/user", "sys/kernel", "self/ns"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "sys" / "user" / "max_user_namespaces").write_text("96000\n")
    (tmp_path / "self" / "ns" / "user").write_text("")
    (tmp_path / "self" / "status").write_text("NoNewPrivs:\t0\nSeccomp:\t0\n")
    monkeypatch.setattr(userns, "SETTINGS", tmp_path / "sys")
    monkeypatch.setattr(userns, "PROCESS", tmp_path / "self")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return tmp_path


def test_each_setting_that_forbids_is_named_with_the_value_that_allows(machine: Path) -> None:
    (machine / "sys" / "kernel" / "unprivileged_userns_clone").write_text("1\n")
    (machine / "sys" / "kernel" / "apparmor_restrict_unprivileged_userns").write_text("1\n")
    assert way_out().endswith("off here: `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`")
    (machine / "sys" / "kernel" / "unprivileged_userns_clone").write_text("0\n")
    (machine / "sys" / "user" / "max_user_namespaces").write_text("0\n")
    for setting in ("user.max_user_namespaces=15000", "kernel.unprivileged_userns_clone=1"):
        assert f"`sudo sysctl -w {setting}`" in way_out()


def test_root_is_told_only_of_what_holds_for_root(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (machine / "sys" / "kernel" / "unprivileged_userns_clone").write_text("0\n")
    assert "sysctl" not in way_out()


def test_a_container_that_filters_is_told_how_to_start_it(machine: Path) -> None:
    assert "no setting is known" in way_out()
    (machine / "self" / "status").write_text("Seccomp:\t2\nSeccomp_filters:\t1\n")
    assert "--security-opt seccomp=unconfined" in way_out()


def test_a_kernel_without_them_is_told(machine: Path) -> None:
    (machine / "self" / "ns" / "user").unlink()
    assert "another kernel" in way_out()
