"""pipeline.load.project: what definitions say about each other. Bad input 22, the part between files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from pipeline.errors import DefinitionError, UsageError, UsageReason
from pipeline.load.problems import LoadReason
from pipeline.load.project import find_root, load_project
from tests.unit.load.refused import problems
from tests.unit.miniproject import WASM, X86, recipe, write, yaml_text

ARTIFACT = {"name": "tool", "kind": "interpreter", "path": "out", "policy": "interpreter"}


def refuse(root: Path) -> tuple[LoadReason, str]:
    with pytest.raises(DefinitionError) as caught:
        load_project(root)
    assert isinstance(caught.value.reason, LoadReason)
    return caught.value.reason, caught.value.message


def line_of(root: Path, file: str, text: str) -> int:
    """The 1-based line of a file at which some text first stands."""
    lines = (root / file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_a_whole_project(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        [recipe("app", dependencies=["zlib"], files=["*.sh"]), recipe("zlib")],
        {
            "recipes/app/a.sh": "true\n",
            "recipes/app/notes.txt": "unread\n",
        },
    )
    project = load_project(root)
    assert set(project.recipes) == {"app", "zlib"}
    assert list(project.matching("app", ["*.sh"])) == ["a.sh"]
    assert project.matching("app", ["*.sh"])["a.sh"].executable is False
    assert set(project.targets) == {X86, WASM}


def test_find_root(tmp_path: Path) -> None:
    root = write(tmp_path / "project", [recipe("zlib")])
    assert find_root(root / "recipes" / "zlib") == root
    with pytest.raises(UsageError) as caught:
        find_root(tmp_path)
    assert caught.value.reason is UsageReason.NOT_A_PROJECT


def test_22_cycle(tmp_path: Path) -> None:
    root = write(
        tmp_path, [recipe("a", dependencies=["b"]), recipe("b", dependencies=["c"]), recipe("c", dependencies=["a"])]
    )
    reason, message = refuse(root)
    assert reason is LoadReason.CYCLE
    assert message.startswith(f"recipes/a/recipe.yaml:{line_of(root, 'recipes/a/recipe.yaml', 'dependencies')}:1: ")
    assert "a → b → c → a" in message


def test_22_cycle_through_itself(tmp_path: Path) -> None:
    assert refuse(write(tmp_path, [recipe("a", dependencies=["a"])]))[0] is LoadReason.CYCLE


def test_22_cycle_through_native(tmp_path: Path) -> None:
    """A native tool is a build for the native target: it may not need itself there, elsewhere it may."""
    root = write(tmp_path / "good", [recipe("a", native=[{"name": "a", "targets": [WASM]}])])
    assert load_project(root).recipes["a"].native[0].name == "a"
    assert refuse(write(tmp_path / "bad", [recipe("a", native=["a"])]))[0] is LoadReason.CYCLE
    both = [recipe("a", dependencies=["b"]), recipe("b", native=["a"])]
    assert refuse(write(tmp_path / "both", both))[0] is LoadReason.CYCLE


def test_no_cycle_between_targets(tmp_path: Path) -> None:
    """a needs b on one target, b needs a on the other."""
    root = write(
        tmp_path,
        [
            recipe("a", dependencies=[{"name": "b", "targets": [X86]}]),
            recipe("b", dependencies=[{"name": "a", "targets": [WASM]}]),
        ],
    )
    assert set(load_project(root).recipes) == {"a", "b"}


def test_22_unknown_target(tmp_path: Path) -> None:
    root = write(tmp_path, [recipe("a", targets=[X86, "riscv64-unknown-linux-gnu"])])
    reason, message = refuse(root)
    assert reason is LoadReason.UNKNOWN_REFERENCE
    line = line_of(root, "recipes/a/recipe.yaml", "riscv64")
    assert message.startswith(f"recipes/a/recipe.yaml:{line}:3: unknown target 'riscv64-unknown-linux-gnu'")
    assert X86 in message


@pytest.mark.parametrize("key", ["dependencies", "native"])
def test_22_unknown_recipe(tmp_path: Path, key: str) -> None:
    root = write(tmp_path, [recipe("a", **{key: ["nothing"]})])
    reason, message = refuse(root)
    assert reason is LoadReason.UNKNOWN_REFERENCE
    assert f":{line_of(root, 'recipes/a/recipe.yaml', 'nothing')}:3: no recipe is named 'nothing'" in message


def test_22_unknown_toolchain_and_policy(tmp_path: Path) -> None:
    root = write(tmp_path, [recipe("a", toolchain="gone", artifacts=[{**ARTIFACT, "policy": "lax"}])])
    reason, message = refuse(root)
    assert reason is LoadReason.UNKNOWN_REFERENCE
    assert "no toolchain is named 'gone'" in message
    assert "no policy is named 'lax'" in message


def test_22_two_outputs_of_one_name(tmp_path: Path) -> None:
    root = write(tmp_path, [recipe("a", artifacts=[ARTIFACT, {**ARTIFACT, "path": "other"}])])
    reason, message = refuse(root)
    assert reason is LoadReason.DUPLICATE_OUTPUT
    assert message.startswith("recipes/a/recipe.yaml:")
    assert f"tool 1.0 {X86} is published by recipes/a/recipe.yaml, artifacts.0, too" in message


def test_22_two_recipes_publish_one_name(tmp_path: Path) -> None:
    root = write(tmp_path, [recipe("a", artifacts=[ARTIFACT]), recipe("b", artifacts=[ARTIFACT])])
    reason, message = refuse(root)
    assert reason is LoadReason.DUPLICATE_OUTPUT
    assert message.startswith("recipes/b/recipe.yaml:")


def test_one_name_for_two_targets(tmp_path: Path) -> None:
    artifacts = [{**ARTIFACT, "targets": [X86]}, {**ARTIFACT, "path": "wasm", "targets": [WASM]}]
    root = write(tmp_path, [recipe("a", artifacts=artifacts)])
    assert len(load_project(root).recipes["a"].artifacts) == 2


@pytest.mark.parametrize("glob", ["gone.sh", "**x", "sub"])
def test_22_file_that_is_not_there(tmp_path: Path, glob: str) -> None:
    root = write(tmp_path, [recipe("a", files=[glob])], {"recipes/a/sub/x": ""})
    reason, message = refuse(root)
    assert reason is LoadReason.MISSING_FILE
    assert message.startswith(f"recipes/a/recipe.yaml:{line_of(root, 'recipes/a/recipe.yaml', glob)}:3: ")


def test_22_symlink_out_of_the_tree(tmp_path: Path) -> None:
    root = write(tmp_path, [recipe("a", files=["*.sh"])])
    (root / "recipes" / "a" / "out.sh").symlink_to("/etc/hostname")
    assert refuse(root)[0] is LoadReason.OUTSIDE


def test_22_name_that_is_not_its_folders(tmp_path: Path) -> None:
    root = write(tmp_path, [recipe("a")])
    (root / "recipes" / "a").rename(root / "recipes" / "b")
    reason, message = refuse(root)
    assert reason is LoadReason.NAME_MISMATCH
    assert message.startswith("recipes/b/recipe.yaml:")


def test_a_damaged_lock(tmp_path: Path) -> None:
    root = write(tmp_path, [recipe("a")])
    (root / "toolchains" / "tools.lock.json").write_text("{")
    with pytest.raises(DefinitionError) as caught:
        load_project(root)
    assert caught.value.reason is LoadReason.SYNTAX
    assert caught.value.hint == "nox -s lock -- tools"


def test_a_folder_of_another_recipe_is_shared_by_a_link(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        [recipe("a", files=["patches/*"]), recipe("b", files=["patches/*"])],
        {"recipes/a/patches/one.patch": "it\n"},
    )
    (root / "recipes" / "b" / "patches").symlink_to("../a/patches")
    project = load_project(root)
    assert list(project.matching("b", ["patches/*"])) == ["patches/one.patch"]
    assert project.matching("b", ["patches/*"]) == project.matching("a", ["patches/*"])


def test_one_error_names_everything_that_is_wrong(tmp_path: Path) -> None:
    """A fault of each kind in one project: whoever mends them all needs to load it but once more."""
    step = {"name": "make", "run": "make\n"}
    bad = recipe(
        "bad",
        toolchain="tool",
        targets=[X86, WASM, "wasm32-wasip3"],
        versions=[{"version": "1.0", "files": ["gone/*"]}],
        files=["pipe", "out/*"],
        steps=[step, {**step, "name": "two", "targets": [f"{X86}x"]}, {**step, "name": "three", "versions": ">9"}],
        dependencies=["libb", {"name": "lib", "version": "9"}, "broken"],
        native=["wasm-only"],
        train={"target": WASM + "0", "files": ["nothing"], "steps": [step]},
        artifacts=[
            {**ARTIFACT, "policy": "interpretor"},
            {**ARTIFACT, "name": "tool2", "path": "out", "policy": "part"},
            {**ARTIFACT, "name": "tool3", "path": "other", "policy": "narrow"},
        ],
    )
    loop = [recipe("x", dependencies=["y"]), recipe("y", dependencies=["x"])]
    root = write(tmp_path, [recipe("lib"), bad, recipe("wasm-only", targets=[WASM]), *loop], {"secrets/id": "x"})
    (root / "recipes" / "broken").mkdir()
    (root / "recipes" / "broken" / "recipe.yaml").write_text("name: broken\nname: [")
    (root / "recipes" / "named").mkdir()
    (root / "recipes" / "named" / "recipe.yaml").write_text(
        (root / "recipes/lib/recipe.yaml").read_text() + "stpes: []\n"
    )
    (root / "recipes" / "bad" / "out").symlink_to(root / "secrets")
    os.mkfifo(root / "recipes" / "bad" / "pipe")
    policy = yaml.safe_load((root / "policies" / "interpreter.yaml").read_text())
    for name, changes in (("part", {"name": "parts", "judges": []}), ("narrow", {"name": "narrow", "targets": [X86]})):
        (root / "policies" / f"{name}.yaml").write_text(yaml_text({**policy, **changes}))
    (root / "policies" / "old.yml").write_text("{}")
    lock = root / "toolchains" / "tools.lock.json"
    lock.write_text(lock.read_text().replace("trixie", "forky"))
    (root / "toolchains" / "llvm-22.lock.json").write_text("{")
    (root / "release.yaml").write_text((root / "release.yaml").read_text().replace("- lib", "- lib@wasn"))
    found = {(str(p.file).removesuffix("/recipe.yaml"), p.reason) for p in problems(root)}
    assert found == {
        ("recipes/bad", LoadReason.UNKNOWN_REFERENCE),
        ("recipes/bad", LoadReason.NEVER_HOLDS),
        ("recipes/bad", LoadReason.MISSING_FILE),
        ("recipes/bad", LoadReason.NOT_A_FILE),
        ("recipes/bad", LoadReason.OUTSIDE),
        ("recipes/bad", LoadReason.UNFIT),
        ("recipes/bad", LoadReason.DUPLICATE_OUTPUT),
        ("recipes/broken", LoadReason.SYNTAX),
        ("recipes/named", LoadReason.UNKNOWN_KEY),
        ("recipes/x", LoadReason.CYCLE),
        ("policies/part.yaml", LoadReason.NAME_MISMATCH),
        ("policies/narrow.yaml", LoadReason.UNCOVERED),
        ("policies/old.yml", LoadReason.MISPLACED),
        ("toolchains/tools.lock.json", LoadReason.STALE_LOCK),
        ("toolchains/llvm-22.lock.json", LoadReason.SYNTAX),
        ("release.yaml", LoadReason.UNKNOWN_REFERENCE),
    }
