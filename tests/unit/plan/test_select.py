"""Selectors resolved against a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import UsageError, UsageReason
from pipeline.load.project import Project, load_project
from pipeline.plan.select import Build, resolve_target, select
from tests.unit.miniproject import WASM, X86, recipe, write


@pytest.fixture
def project(tmp_path: Path) -> Project:
    versions = [{"version": "2.0"}, {"version": "1.0"}]
    return load_project(write(tmp_path, [recipe("app", versions=versions), recipe("lib", targets=[X86])]))


def test_selecting(project: Project) -> None:
    assert select(project, ["app"]) == (Build("app", "2.0", X86), Build("app", "2.0", WASM))
    assert select(project, ["app==1.0"], ["wasm"]) == (Build("app", "1.0", WASM),)
    assert select(project, ["app@x86_64", f"app@{X86}"]) == (Build("app", "2.0", X86),)
    assert select(project, []) == ()


def test_the_order_is_that_in_which_it_was_asked_for(project: Project) -> None:
    asked = ["lib", "app==1.0@wasm", "app"]
    assert [str(build) for build in select(project, asked)] == [
        f"lib==1.0@{X86}",
        f"app==1.0@{WASM}",
        f"app==2.0@{X86}",
        f"app==2.0@{WASM}",
    ]


def test_a_build_can_be_typed_again(project: Project) -> None:
    for build in select(project, ["app", "app==1.0", "lib"]):
        assert select(project, [str(build)]) == (build,)


@pytest.mark.parametrize("text", ["x86_64", X86])
def test_a_target_has_two_names(project: Project, text: str) -> None:
    assert resolve_target(project, text) == X86


@pytest.mark.parametrize(
    ("selector", "reason", "told"),
    [
        ("appp", UsageReason.UNKNOWN_NAME, "did you mean 'app'?"),
        ("app==9", UsageReason.UNKNOWN_VERSION, "2.0, 1.0"),
        ("app@x86_46", UsageReason.UNKNOWN_TARGET, "did you mean 'x86_64'?"),
        ("app@mips", UsageReason.UNKNOWN_TARGET, "there is no target 'mips'"),
        ("@x86_64", UsageReason.BAD_SELECTOR, "'@x86_64' is not NAME"),
        ("app=1.0", UsageReason.BAD_SELECTOR, "'app=1.0' is not NAME"),
        ("App", UsageReason.BAD_SELECTOR, "'App' is not NAME"),
        ("lib@wasm", UsageReason.TARGET_NOT_SUPPORTED, f"its targets are {X86}"),
    ],
)
def test_a_wrong_selector_says_what_there_is(project: Project, selector: str, reason: UsageReason, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        select(project, [selector])
    assert caught.value.reason is reason
    assert told in caught.value.message
    assert caught.value.hint


def test_targets_that_leave_nothing_are_told(project: Project) -> None:
    with pytest.raises(UsageError) as caught:
        select(project, ["lib"], ["wasm"])
    assert caught.value.reason is UsageReason.TARGET_NOT_SUPPORTED
    assert f"lib: nothing to build for {WASM}" in caught.value.message
    assert len(select(project, ["lib", "app"], ["wasm"])) == 1, "one that has the target is enough"
