"""pipeline.load.references: every name is one that there is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.load.problems import LoadReason
from pipeline.load.project import load_project
from tests.unit.load.refused import at, problems, told
from tests.unit.miniproject import WASM, X86, recipe, write

RECIPE = "recipes/a/recipe.yaml"
STEP = {"name": "make", "run": "make\n"}
ARTIFACT = {"name": "tool", "kind": "interpreter", "path": "out", "policy": "interpreter"}
UNKNOWN, NEVER, UNFIT = LoadReason.UNKNOWN_REFERENCE, LoadReason.NEVER_HOLDS, LoadReason.UNFIT


def change(root: Path, file: str, **changes: Any) -> None:
    """Change keys of one YAML file (None removes)."""
    data = {**yaml.safe_load((root / file).read_text("utf-8")), **changes}
    text = yaml.safe_dump({key: value for key, value in data.items() if value is not None})
    (root / file).write_text(text, "utf-8")


TYPO = "wasm32-wasip2"
OWN = "aarch64-unknown-linux-gnu"
"""A target that there is, and which the recipe does not have."""


@pytest.mark.parametrize(
    "filtered",
    [
        lambda targets: {"steps": [STEP, {"name": "more", "run": "x", "targets": targets}]},
        lambda targets: {"dependencies": [{"name": "lib", "targets": targets}]},
        lambda targets: {"native": [{"name": "lib", "targets": targets}]},
        lambda targets: {"artifacts": [{**ARTIFACT, "targets": targets}]},
        lambda targets: {"train": {"target": X86, "steps": [STEP, {"name": "x", "run": "x", "targets": targets}]}},
    ],
)
@pytest.mark.parametrize(
    ("name", "reason", "said"),
    [(TYPO, UNKNOWN, "did you mean 'wasm32-wasip1'?"), (OWN, NEVER, "not among the recipe's own targets")],
)
def test_a_target_of_a_filter(tmp_path: Path, filtered: Any, name: str, reason: LoadReason, said: str) -> None:
    """Else the step or the dependency was left out, and nobody told."""
    changed = filtered([WASM, name])
    root = write(tmp_path, [recipe("a", **changed), recipe("lib")])
    other = {"triple": OWN, "alias": "arm", "runner": "native"}
    (root / "toolchains" / "targets" / f"{OWN}.yaml").write_text(yaml.safe_dump(other))
    (found,) = problems(root)
    assert (f"{found.file}:{found.line}:{found.column}", found.reason) == (at(root, RECIPE, name), reason)
    assert said in found.message


@pytest.mark.parametrize(
    ("changes", "text", "reason", "said"),
    [
        ({"toolchain": "tool"}, "toolchain:", UNKNOWN, "did you mean 'tools'?"),
        ({"toolchain": "low"}, "toolchain:", UNFIT, "'low' is a sysroot"),
        ({"steps": [STEP, {**STEP, "name": "b", "versions": ">=2"}]}, "versions: '>=2'", NEVER, "versions: 1.0"),
        ({"steps": [STEP, {**STEP, "name": "b", "targets": []}]}, "targets: []", NEVER, "never holds"),
        ({"dependencies": [{"name": "lib", "versions": "<1"}]}, "versions: <1", NEVER, "versions: 1.0"),
        ({"artifacts": [{**ARTIFACT, "versions": "==9"}]}, "versions: ==9", NEVER, "versions: 1.0"),
        ({"dependencies": ["lob"]}, "lob", UNKNOWN, "no recipe is named 'lob'; did you mean 'lib'?"),
        ({"native": ["nothing-like-it"]}, "nothing-like-it", UNKNOWN, "there are: a, lib"),
        ({"dependencies": [{"name": "lib", "version": "2.0"}]}, "version: '2.0'", UNKNOWN, "lib has no version '2.0'"),
        ({"train": {"target": "x86", "steps": [STEP]}}, None, LoadReason.BAD_VALUE, "train.target"),
        ({"train": {"target": "x86_64-linux", "steps": [STEP]}}, "target: x86_64-linux", UNKNOWN, f"mean '{X86}'?"),
        ({"artifacts": [{**ARTIFACT, "policy": "interpret"}]}, "policy:", UNKNOWN, "did you mean 'interpreter'?"),
        ({"artifacts": [{**ARTIFACT, "policy": "part"}]}, "policy:", UNFIT, "what does: interpreter"),
        ({"artifacts": [{**ARTIFACT, "tier": "light", "policy": "heavy"}]}, "policy:", UNFIT, "of tier light"),
    ],
)
def test_names_in_a_recipe(
    tmp_path: Path, changes: dict[str, Any], text: str | None, reason: LoadReason, said: str
) -> None:
    root = write(tmp_path, [recipe("a", **changes), recipe("lib")])
    rule = {"fact": "a", "expect": {"equals": 1}, "why": "for the tests alone"}
    for name, more in (("part", {}), ("heavy", {"judges": ["interpreter"], "tier": "full"})):
        data = {"name": name, "summary": "for tests", "rules": [rule], **more}
        (root / "policies" / f"{name}.yaml").write_text(yaml.safe_dump(data))
    sysroot = yaml.safe_load((root / "toolchains" / "tools.yaml").read_text())
    (root / "toolchains" / "low.yaml").write_text(yaml.safe_dump({**sysroot, "name": "low", "kind": "sysroot"}))
    lock = (root / "toolchains" / "tools.lock.json").read_text().replace('"tools"', '"low"')
    (root / "toolchains" / "low.lock.json").write_text(lock)
    (found,) = problems(root)
    assert found.reason is reason
    assert said in found.message
    if text is not None:
        assert f"{found.file}:{found.line}:{found.column}" == at(root, RECIPE, text)


@pytest.mark.parametrize(
    ("file", "changes", "text", "reason", "said"),
    [
        (f"toolchains/targets/{X86}.yaml", {"alias": "wasm"}, "alias:", LoadReason.DUPLICATE_NAME, "already"),
        (f"toolchains/targets/{WASM}.yaml", {"alias": X86}, "alias:", LoadReason.DUPLICATE_NAME, "already"),
        (f"toolchains/targets/{WASM}.yaml", {"triple": "wasm32-wasi"}, "triple:", LoadReason.NAME_MISMATCH, "says"),
        (f"toolchains/targets/{WASM}.yaml", {"sysroot": "tool"}, "sysroot:", UNKNOWN, "did you mean 'tools'?"),
        (f"toolchains/targets/{WASM}.yaml", {"sysroot": "tools"}, "sysroot:", UNFIT, "a rootfs, no sysroot"),
        (f"toolchains/targets/{WASM}.yaml", {"toolchains": {"tolls": {}}}, "tolls:", UNKNOWN, "mean 'tools'?"),
        ("toolchains/tools.yaml", {"name": "tool"}, "name:", LoadReason.NAME_MISMATCH, "the file is 'tools'"),
        ("policies/interpreter.yaml", {"name": "inter"}, "name:", LoadReason.NAME_MISMATCH, "the file is"),
        ("policies/interpreter.yaml", {"include": ["intrepreter"]}, "intrepreter", UNKNOWN, "mean 'interpreter'?"),
        ("policies/interpreter.yaml", {"include": ["interpreter"]}, "- interpreter", LoadReason.BAD_VALUE, "one level"),
        ("policies/interpreter.yaml", {"targets": [TYPO]}, TYPO, UNKNOWN, "did you mean"),
        ("policies/interpreter.yaml", {"not_for": {TYPO: "there is no such thing"}}, TYPO, UNKNOWN, "did you mean"),
    ],
)
def test_names_in_the_other_files(
    tmp_path: Path, file: str, changes: dict[str, Any], text: str, reason: LoadReason, said: str
) -> None:
    root = write(tmp_path, [recipe("a")])
    change(root, file, **changes)
    found = next(problem for problem in problems(root) if problem.reason is reason)
    where = at(root, file, text)
    assert f"{found.file}:{found.line}:{found.column}" == (where[:-1] + "3" if text.startswith("- ") else where)
    assert said in found.message


@pytest.mark.parametrize("key", ["targets", "expect_for", "not_for"])
def test_targets_of_a_rule(tmp_path: Path, key: str) -> None:
    value: Any = [TYPO] if key == "targets" else {TYPO: {"equals": 1} if key == "expect_for" else "no such thing"}
    rule = {
        "fact": "a",
        "why": "for the tests alone",
        key: value,
        **({} if key == "expect_for" else {"expect": {"empty": True}}),
    }
    root = write(tmp_path, [recipe("a")])
    change(root, "policies/interpreter.yaml", rules=[rule])
    assert told(root) == [(at(root, "policies/interpreter.yaml", TYPO), UNKNOWN)]


def test_a_rule_for_what_its_policy_is_not_for(tmp_path: Path) -> None:
    """It would never be applied: the policy's own filter comes first."""
    root = write(tmp_path, [recipe("a")])
    rule = {"fact": "a", "why": "for the tests alone", "targets": [WASM], "expect": {"equals": 1}}
    change(root, "policies/interpreter.yaml", targets=[X86], rules=[rule])
    assert told(root) == [(at(root, "policies/interpreter.yaml", WASM), NEVER)]


@pytest.mark.parametrize(
    ("selector", "said"),
    [
        ("a b", "is not NAME[==VERSION][@TARGET]"),
        ("aa", "no recipe is named 'aa'; did you mean 'a'?"),
        ("a==2.0", "a has no version '2.0'; there are: 1.0"),
        ("a@wsm", "unknown target 'wsm'; did you mean 'wasm'?"),
        ("lib@wasm", f"lib is not built for {WASM}; its targets are {X86}"),
    ],
)
def test_what_the_release_builds(tmp_path: Path, selector: str, said: str) -> None:
    root = write(tmp_path, [recipe("a"), recipe("lib", targets=[X86])])
    change(root, "release.yaml", build=["a@x86_64", f"a==1.0@{WASM}", selector])
    (found,) = problems(root)
    assert f"{found.file}:{found.line}:{found.column}" == at(root, "release.yaml", f"{selector}")
    assert (found.reason, found.message) == (UNKNOWN, f"{selector}: {said}")


def test_a_package_of_an_architecture_that_is_not_listed(tmp_path: Path) -> None:
    root = write(tmp_path, [recipe("a")])
    change(root, "toolchains/tools.yaml", packages=["make", "libc6:arm64"])
    assert (at(root, "toolchains/tools.yaml", "libc6:arm64"), UNKNOWN) in told(root)


def test_what_is_published_needs_the_tools_that_probe_it(tmp_path: Path) -> None:
    root = write(tmp_path, [recipe("a", artifacts=[ARTIFACT])])
    for path in (root / "toolchains").glob("llvm-22*"):
        path.unlink()
    assert told(root) == [(at(root, RECIPE, "kind: interpreter"), UNKNOWN)]
    load_project(write(tmp_path / "other", [recipe("a")]))


def test_an_artifact_of_a_policys_kind_and_tier(tmp_path: Path) -> None:
    root = write(tmp_path, [recipe("a", artifacts=[{**ARTIFACT, "tier": "full"}])])
    change(root, "policies/interpreter.yaml", judges=["interpreter"], tier="full")
    load_project(root)
    change(root, "policies/interpreter.yaml", judges=["module"])
    assert told(root) == [(at(root, RECIPE, "policy:"), UNFIT)]
