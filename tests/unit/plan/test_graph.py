"""The planner: which actions there are, what they need, what is in their specs."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import DefinitionError, SlimeError, UsageReason
from pipeline.load.problems import LoadReason
from pipeline.load.project import Project, load_project
from pipeline.model.toolchain import ToolchainUse
from pipeline.plan.action import Input, Kind
from pipeline.plan.graph import Graph, environment, plan, plan_training
from pipeline.plan.select import Build, select
from tests.unit.miniproject import SHA, WASM, X86, recipe, write

ROOT = Path(__file__).parents[3]
ARTIFACT = {
    "name": "tool",
    "kind": "interpreter",
    "path": "tool",
    "policy": "interpreter",
    "entry": "bin/tool",
}


def _project(tmp_path: Path, *recipes: dict[str, object], files: dict[str, str] | None = None) -> Project:
    return load_project(write(tmp_path, list(recipes), files))


def _plan(project: Project, *selectors: str) -> Graph:
    return plan(project, select(project, selectors), probe_version="p1")


def test_what_is_needed_comes_first(tmp_path: Path) -> None:
    project = _project(tmp_path, recipe("app", dependencies=["lib"]), recipe("lib"))
    graph = _plan(project, "app@x86_64")
    seen: set[str] = set()
    for name, action in graph.actions.items():
        assert seen.issuperset(action.needs())
        seen.add(name)
    assert graph.wanted == (f"build/app-1.0@{X86}",)


def test_a_static_librarys_own_dependencies_are_seen_by_its_users(tmp_path: Path) -> None:
    project = _project(
        tmp_path, recipe("app", dependencies=["lib"]), recipe("lib", dependencies=["base"]), recipe("base")
    )
    action = _plan(project, "app@x86_64").actions[f"build/app-1.0@{X86}"]
    deps = [item.action for item in action.inputs if item.mount == "/deps"]
    assert deps == [f"build/lib-1.0@{X86}", f"build/base-1.0@{X86}"]


def test_a_native_tool_is_built_for_the_builder_and_in_the_users_version(tmp_path: Path) -> None:
    versions = [{"version": "2.0"}, {"version": "1.0"}]
    app = recipe("app", versions=versions, native=[{"name": "app", "targets": [WASM]}])
    graph = _plan(_project(tmp_path, app), "app==1.0@wasm")
    inputs = graph.actions[f"build/app-1.0@{WASM}"].inputs
    assert Input(f"build/app-1.0@{X86}", "/native/app", exclude=("facts",)) in inputs


def test_steps_and_dependencies_can_be_for_some_targets_or_versions(tmp_path: Path) -> None:
    steps = [
        {"name": "a", "run": "a", "targets": [X86]},
        {"name": "b", "run": "b", "versions": ">=2"},
        {"name": "c", "run": "c"},
    ]
    versions = [{"version": "1.0"}, {"version": "2.0"}]
    app = recipe("app", versions=versions, steps=steps, dependencies=[{"name": "lib", "targets": [WASM]}])
    graph = _plan(_project(tmp_path, app, recipe("lib")), "app")
    assert graph.actions[f"build/app-1.0@{X86}"].spec["steps"] == [
        {"name": "a", "run": "a"},
        {"name": "c", "run": "c"},
    ]
    assert graph.actions[f"build/app-1.0@{WASM}"].spec["steps"] == [{"name": "c", "run": "c"}]
    assert f"build/lib-1.0@{X86}" not in graph.actions
    assert f"build/lib-1.0@{WASM}" in graph.actions


def test_the_environment_is_layered(tmp_path: Path) -> None:
    app = recipe("app", versions=[{"version": "1.2.3", "env": {"TOOLS": "2"}}])
    env = _plan(_project(tmp_path, app), "app@x86_64").actions[f"build/app-1.2.3@{X86}"].spec["env"]
    assert isinstance(env, dict)
    assert (env["FROM"], env["TOOLS"], env["SERIES"], env["TARGET"]) == ("target", "2", "1.2", X86)


def test_what_is_said_last_of_a_variable_holds(tmp_path: Path) -> None:
    """The toolchain, then the target, then the target with that toolchain, then the version."""
    project = _project(tmp_path, recipe("app", versions=[{"version": "1.2.3", "env": {"A": "version"}}]))
    toolchain, target = project.toolchains["tools"], project.targets[X86]
    uses = {"tools": ToolchainUse(env={"A": "both", "B": "both"}), "llvm-22": ToolchainUse(env={"E": "another"})}
    found = environment(
        Build("app", "1.2.3", X86),
        toolchain.model_copy(update={"env": dict.fromkeys("ABCD", "toolchain")}),
        target.model_copy(update={"env": dict.fromkeys("ABC", "target"), "toolchains": uses}),
        project.recipes["app"].versions[0],
    )
    assert [found[name] for name in "ABCD"] == ["version", "both", "target", "toolchain"]
    assert "E" not in found


def test_a_comment_and_a_summary_are_in_no_key(tmp_path: Path) -> None:
    before = _plan(_project(tmp_path, recipe("app")), "app")
    path = tmp_path / "recipes" / "app" / "recipe.yaml"
    path.write_text("# a comment\n" + path.read_text().replace("app for tests", "other words"))
    assert _plan(load_project(tmp_path), "app").actions == before.actions


def test_only_named_files_are_seen_and_training_does_not_see_the_profile(tmp_path: Path) -> None:
    train = {"target": X86, "files": ["train/*"], "steps": [{"name": "t", "run": "t"}]}
    app = recipe("app", files=["*.sh"], train=train, versions=[{"version": "1.0", "files": ["profile/x"]}])
    files = {f"recipes/app/{name}": name for name in ("b.sh", "train/w.py", "profile/x", "notes.txt")}
    project = _project(tmp_path, app, files=files)
    built = _plan(project, "app@x86_64").actions["files/app-1.0"].spec["files"]
    trained = plan_training(project, "app")[0].actions["files/app-1.0-train"].spec["files"]
    assert isinstance(built, dict)
    assert isinstance(trained, dict)
    assert set(built) == {"b.sh", "profile/x"}
    assert set(trained) == {"b.sh", "train/w.py"}


def test_whether_a_file_is_executable_is_part_of_it(tmp_path: Path) -> None:
    project = _project(tmp_path, recipe("app", files=["*.sh"]), files={"recipes/app/b.sh": "true\n"})
    (tmp_path / "recipes" / "app" / "b.sh").chmod(0o755)
    plain, executable = (
        _plan(loaded, "app@x86_64").actions["files/app-1.0"].spec["files"]
        for loaded in (project, load_project(tmp_path))
    )
    sha256 = hashlib.sha256(b"true\n").hexdigest()
    assert plain == {"b.sh": {"sha256": sha256, "executable": False}}
    assert executable == {"b.sh": {"sha256": sha256, "executable": True}}


def test_patches_are_applied_first(tmp_path: Path) -> None:
    source = {"urls": ["https://example.org/a.tar"], "sha256": SHA, "size": 1, "patches": ["fix.patch"]}
    train = {"target": X86, "steps": [{"name": "t", "run": "t"}]}
    app = recipe("app", versions=[{"version": "1.0", "sources": [source]}], train=train)
    project = _project(tmp_path, app, files={"recipes/app/fix.patch": "--- a\n"})
    built = _plan(project, "app@x86_64").actions
    trained = plan_training(project, "app")[0].actions
    for actions, name, last in ((built, "build", "make"), (trained, "train", "t")):
        action = actions[f"{name}/app-1.0@{X86}"]
        steps = action.spec["steps"]
        assert isinstance(steps, list)
        assert [step["name"] for step in steps if isinstance(step, dict)] == ["patch-1", last]
        files = next(item.action for item in action.inputs if item.mount == "/recipe")
        assert actions[files].spec["files"] == built["files/app-1.0"].spec["files"]


def test_an_artifact_has_a_probe_and_an_archive_that_see_only_its_folder(tmp_path: Path) -> None:
    project = _project(tmp_path, recipe("app", artifacts=[ARTIFACT]))
    graph = _plan(project, "app@x86_64")
    (goal,) = graph.goals
    assert graph.actions[goal.archive].inputs == (Input(goal.action, "/artifact", subtree="tool"),)
    assert graph.actions[goal.probe].kind is Kind.PROBE
    again = plan(project, select(project, ["app@x86_64"]), probe_version="p2")
    changed = [name for name in graph.actions if graph.actions[name] != again.actions[name]]
    assert changed == [goal.probe]


def test_a_twin_is_probed_beside_the_native_build_and_its_libraries(tmp_path: Path) -> None:
    app = recipe("app", dependencies=["lib"], artifacts=[{**ARTIFACT, "twin": True}])
    graph = _plan(_project(tmp_path, app, recipe("lib")), "app@wasm")
    (goal,) = graph.goals
    inputs = set(graph.actions[goal.probe].inputs)
    assert {
        Input(f"build/app-1.0@{X86}", "/twin", subtree="tool"),
        Input(f"build/lib-1.0@{WASM}", "/libraries/lib", subtree="facts", optional=True),
        Input(f"build/lib-1.0@{X86}", "/twin-libraries/lib", subtree="facts", optional=True),
    } < inputs
    assert graph.actions[goal.probe].spec["twin"] == {**ARTIFACT, "twin": True}


def test_the_native_build_has_no_twin(tmp_path: Path) -> None:
    with_twin = recipe("app", artifacts=[{**ARTIFACT, "twin": True}])
    graph = _plan(_project(tmp_path, with_twin), "app@x86_64")
    (goal,) = graph.goals
    assert "twin" not in graph.actions[goal.probe].spec
    assert {item.mount for item in graph.actions[goal.probe].inputs} == {"/artifact", "/facts", "/"}


def test_a_twin_that_is_not_published_names_the_mend(tmp_path: Path) -> None:
    app = recipe("app", artifacts=[{**ARTIFACT, "twin": True, "targets": [WASM]}])
    with pytest.raises(DefinitionError) as caught:
        _plan(_project(tmp_path, app), "app@wasm")
    assert caught.value.reason is LoadReason.UNKNOWN_REFERENCE
    assert "`twin`" in caught.value.hint


def test_a_dependency_that_does_not_exist_for_the_target_names_the_mend(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        _project(tmp_path, recipe("app", dependencies=["lib"]), recipe("lib", targets=[X86]))
    assert caught.value.reason is LoadReason.UNKNOWN_REFERENCE
    assert "recipes/lib/recipe.yaml" in caught.value.hint


def test_a_missing_lock_names_the_command(tmp_path: Path) -> None:
    root = write(tmp_path, [recipe("app")])
    (root / "toolchains" / "tools.lock.json").unlink()
    with pytest.raises(DefinitionError) as caught:
        load_project(root)
    assert caught.value.hint == "nox -s lock -- tools"


def test_the_first_build_is_the_first_wave(tmp_path: Path) -> None:
    graph = _plan(_project(tmp_path, recipe("app"), recipe("lib")), "lib@x86_64", "app@x86_64")
    assert graph.waves[f"build/lib-1.0@{X86}"] == 0
    assert graph.waves["rootfs/tools"] == 0
    assert graph.waves[f"build/app-1.0@{X86}"] == 1


def test_only_recipes_with_a_train_section_can_be_trained(tmp_path: Path) -> None:
    with pytest.raises(SlimeError) as caught:
        plan_training(_project(tmp_path, recipe("app")), "app")
    assert caught.value.reason is UsageReason.UNKNOWN_NAME


def test_cpython_3_13_is_data_that_changes_nothing_of_3_14(tmp_path: Path) -> None:
    """Another interpreter version is an entry in recipe.yaml and files beside it; taken away, nothing else moves."""
    project = load_project(ROOT)
    cpython = project.recipes["cpython"]
    newer = tuple(item for item in cpython.versions if item.version != "3.13.15")
    assert len(newer) < len(cpython.versions)
    recipes = {**project.recipes, "cpython": cpython.model_copy(update={"versions": newer})}
    without = replace(project, recipes=recipes)
    assert _plan(without, "cpython").actions == _plan(project, "cpython").actions

    older = _plan(project, "cpython==3.13.15")
    assert {
        f"{kind}/cpython-3.13.15@{target}" for kind in ("build", "probe", "archive") for target in cpython.targets
    } <= (older.actions.keys())
    assert {name for name in older.actions if "3.14.7" in name} == set()
