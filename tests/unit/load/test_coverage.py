"""pipeline.load.coverage: a policy says something of every build that it judges."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.load.problems import LoadReason
from pipeline.load.project import load_project
from tests.unit.load.refused import at, problems, told
from tests.unit.miniproject import WASM, X86, recipe, write, yaml_text

ROOT = Path(__file__).parents[3]
POLICY, PART = "policies/interpreter.yaml", "policies/part.yaml"
ARTIFACT = {"name": "tool", "kind": "interpreter", "path": "out", "policy": "interpreter"}
RULE: dict[str, Any] = {"fact": "a", "expect": {"equals": 1}, "why": "for the tests alone"}
REASON = "it has no such thing"
TWO = [{"version": "2.0"}, {"version": "1.0"}]


def project(root: Path, policy: dict[str, Any], part: dict[str, Any] | None = None, **changes: Any) -> Path:
    """A project whose recipe `a` publishes an artifact for two targets, judged by a policy that may include a part."""
    write(root, [recipe("a", **{"artifacts": [ARTIFACT], **changes})])
    head = {"summary": "for tests", "rules": [RULE]}
    include = {} if part is None else {"include": ["part"]}
    policy = {"name": "interpreter", "judges": ["interpreter"], **head, **include, **policy}
    (root / POLICY).write_text(yaml_text(policy))
    if part is not None:
        (root / PART).write_text(yaml_text({"name": "part", **head, **part}))
    return root


@pytest.mark.parametrize(
    ("policy", "text", "what"),
    [
        ({"targets": [X86]}, "targets:", WASM),
        ({"rules": [RULE, {**RULE, "fact": "b", "targets": [X86]}]}, "targets:", WASM),
        ({"rules": [{"fact": "b", "why": "for the tests", "expect_for": {X86: {"equals": 1}}}]}, "expect_for:", WASM),
        ({"versions": ">=2"}, "versions:", "version 1.0"),
        ({"rules": [RULE, {**RULE, "versions": "<2"}]}, "versions:", "version 2.0"),
        ({"versions": ">=2", "not_for": {"<1": REASON}}, "versions:", "version 1.0"),
    ],
)
def test_a_filter_that_is_silent_of_a_build(tmp_path: Path, policy: dict[str, Any], text: str, what: str) -> None:
    root = project(tmp_path, policy, versions=TWO)
    (found,) = problems(root)
    assert (f"{found.file}:{found.line}:{found.column}", found.reason) == (at(root, POLICY, text), LoadReason.UNCOVERED)
    artifact = at(root, "recipes/a/recipe.yaml", "kind: interpreter")
    assert f"says nothing of {what}, for which there is tool ({artifact})" in found.message


def test_an_included_policy_is_asked_too(tmp_path: Path) -> None:
    root = project(tmp_path, {}, {"targets": [X86]})
    assert told(root) == [(at(root, PART, "targets:"), LoadReason.UNCOVERED)]


def test_everything_that_is_silent_is_told_with_everybody_it_is_silent_for(tmp_path: Path) -> None:
    silent = [{**RULE, "fact": name, "targets": [X86]} for name in ("b", "c")]
    artifacts = [ARTIFACT, {**ARTIFACT, "name": "other", "path": "other"}]
    root = project(tmp_path, {"rules": [RULE, *silent]}, {"targets": [X86]}, artifacts=artifacts)
    found = problems(root)
    assert [(str(problem.file), problem.reason) for problem in found] == [
        (POLICY, LoadReason.UNCOVERED),
        (POLICY, LoadReason.UNCOVERED),
        (PART, LoadReason.UNCOVERED),
    ]
    assert all("tool (" in problem.message and "other (" in problem.message for problem in found)


@pytest.mark.parametrize(
    "policy",
    [
        {"targets": [X86], "not_for": {WASM: REASON}},
        {"targets": [X86, WASM], "versions": ">=2", "not_for": {"<2": REASON}},
        {"not_for": {WASM: REASON}},
        {"rules": [{**RULE, "targets": [X86], "not_for": {WASM: REASON}}]},
        {"rules": [{**RULE, "versions": "<2", "not_for": {">=2": REASON}}]},
        {"targets": [X86], "not_for": {WASM: REASON}, "rules": [{**RULE, "targets": [X86]}]},
        {
            "rules": [
                {"fact": "b", "why": "for the tests", "expect_for": {X86: {"equals": 1}}, "not_for": {WASM: REASON}}
            ]
        },
    ],
)
def test_a_reason_covers(tmp_path: Path, policy: dict[str, Any]) -> None:
    load_project(project(tmp_path, policy, versions=TWO))


def test_what_no_artifact_is_for_needs_no_reason(tmp_path: Path) -> None:
    limited = [{**ARTIFACT, "targets": [X86], "versions": ">=2"}]
    load_project(project(tmp_path, {"targets": [X86], "versions": ">=2"}, artifacts=limited, versions=TWO))


RISCV = "riscv64-unknown-linux-musl"


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """This project, with one more target that nobody has thought of."""
    for name in ("recipes", "policies", "toolchains"):
        shutil.copytree(ROOT / name, tmp_path / name, symlinks=True)
    shutil.copy(ROOT / "release.yaml", tmp_path)
    targets = tmp_path / "toolchains" / "targets"
    text = (targets / f"{X86}.yaml").read_text().replace(f"triple: {X86}", f"triple: {RISCV}")
    (targets / f"{RISCV}.yaml").write_text(text.replace("alias: x86_64", "alias: riscv"))
    load_project(tmp_path)
    return tmp_path


def limited(policy: Path) -> Iterator[str]:
    """The places of a policy that are limited to some targets: its own, or else those of its rules."""
    data = yaml.safe_load(policy.read_text())
    if "targets" in data:
        yield "targets"
        return
    yield from (rule["fact"] for rule in data["rules"] if rule.keys() & {"targets", "expect_for"})


@pytest.mark.parametrize(
    ("name", "policies"),
    [
        ("rustpython", ("light", "tree", "program", "wasi")),
        (
            "cpython",
            (
                *("interpreter", "tree", "program", "wasi", "full-native", "full-wasi", "libpython", "archives"),
                *("cross-aarch64", "cross-aarch64-ran", "cross-wasi"),
            ),
        ),
    ],
)
def test_a_target_that_is_added_to_a_real_recipe(ours: Path, name: str, policies: tuple[str, ...]) -> None:
    """It was judged by ten rules of fifty-three, and passed."""
    path = ours / "recipes" / name / "recipe.yaml"
    path.write_text(path.read_text().replace("aarch64-unknown-linux-gnu]", f"aarch64-unknown-linux-gnu, {RISCV}]"))
    path.write_text(
        path.read_text().replace("aarch64-unknown-linux-gnu, wasm32", f"aarch64-unknown-linux-gnu, {RISCV}, wasm32")
    )
    gaps = [problem for problem in problems(ours) if problem.reason is LoadReason.UNCOVERED]
    assert all(f"says nothing of {RISCV}" in problem.message for problem in gaps)
    assert all(f"{name} (recipes/{name}/recipe.yaml:" in gap.message or "libpython (" in gap.message for gap in gaps)
    wanted = [f"policies/{policy}.yaml" for policy in policies for _ in limited(ours / "policies" / f"{policy}.yaml")]
    assert sorted(str(gap.file) for gap in gaps) == sorted(wanted)
    assert len(gaps) >= 3


@pytest.mark.parametrize("target", [X86, "aarch64-unknown-linux-gnu"])
def test_libpython_is_held_to_rules_of_its_own(target: str) -> None:
    rules = load_project(ROOT).policies["libpython"].rules
    holding = {rule.fact for rule in rules if not rule.excludes(target, "3.14.7")}
    assert holding >= {"archives", "archives.*.pic", "archives.*.machines", "elf.files", "tree.leaks.*"}
