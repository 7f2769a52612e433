"""What the code imports is what pyproject.toml and requirements/*.in name: no more, no less."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
OWN = {"pipeline", "slimepython", "difftiers", "harness", "benchmarks", "tests"}
TYPES_ONLY = {"_typeshed"}
"""Known to type checkers alone: there is no such module when the code runs."""
# These run inside the interpreters that are built, or are what such an interpreter is measured with.
INSIDE = ("pipeline/probe/scripts", "difftiers/batteries", "benchmarks/workloads", "tests/corpus", "tests/acceptance")


def imported(*tops: str) -> set[str]:
    """The top-level modules that Python files below these folders import, but for the standard library and our own."""
    found: set[str] = set()
    for top in tops:
        for path in sorted((ROOT / top).rglob("*.py")):
            if not path.relative_to(ROOT).as_posix().startswith(INSIDE):
                found |= {name.partition(".")[0] for name in _named(ast.parse(path.read_text("utf-8")))}
    return found - sys.stdlib_module_names - OWN - TYPES_ONLY


def _named(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


def provided(requirement: Requirement) -> set[str]:
    """The top-level modules of a distribution; by its name where its marker says that it is not for this Python."""
    name = canonicalize_name(requirement.name)
    found = {
        module
        for module, distributions in packages_distributions().items()
        if name in {canonicalize_name(one) for one in distributions}
    }
    return found or {re.split(r"[.-]", name)[0]}


def unmatched(modules: set[str], requirements: list[Requirement]) -> tuple[set[str], set[str]]:
    """Modules that no requirement provides, and requirements of which no module is imported."""
    by_requirement = {requirement.name: provided(requirement) for requirement in requirements}
    undeclared = modules - {module for found in by_requirement.values() for module in found}
    return undeclared, {name for name, found in by_requirement.items() if not found & modules}


def project(path: str) -> list[Requirement]:
    with (ROOT / path).open("rb") as file:
        return [Requirement(line) for line in tomllib.load(file)["project"]["dependencies"]]


def listed(name: str) -> list[Requirement]:
    """requirements/<name>.in, without what it includes."""
    lines = (ROOT / "requirements" / f"{name}.in").read_text("utf-8").split("\n")
    return [Requirement(line) for line in lines if line and not line.startswith(("-r ", "#"))]


def names(requirements: list[Requirement]) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in requirements}


@pytest.mark.parametrize(
    ("package", "declaration"), [("pipeline", "pyproject.toml"), ("slimepython", "slimepython/pyproject.toml")]
)
def test_a_package_declares_what_it_imports(package: str, declaration: str) -> None:
    assert unmatched(imported(package), project(declaration)) == (set(), set())


def test_the_builders_environment_is_what_its_packages_declare() -> None:
    assert names(listed("pipeline")) == names(project("pyproject.toml"))
    assert names(project("slimepython/pyproject.toml")) <= names(listed("pipeline"))


def test_the_tools_find_what_they_import_in_their_environments() -> None:
    pipeline = listed("pipeline")
    assert unmatched(imported("difftiers"), pipeline)[0] == set()
    harness = unmatched(imported("harness"), [*pipeline, *listed("harness"), *listed("browser")])
    assert harness[0] == set()
    assert names(listed("harness")) == {"matplotlib"}
    assert unmatched(imported("tests", "benchmarks"), [*pipeline, *listed("dev")])[0] == set()


def test_what_only_tests_use_is_for_developers_only() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        group = [Requirement(line) for line in tomllib.load(file)["dependency-groups"]["dev"]]
    assert names(listed("dev")) - names(listed("browser")) == names(group)
    assert not names(group) & names(project("pyproject.toml"))
    assert "jsonschema" in names(group)


def test_what_is_asked_for_is_pinned_and_no_host_is_named() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text("utf-8")
        pinned = set(re.findall(r"^([a-z0-9.-]+)==\S", text, re.MULTILINE))
        assert names(listed(path.stem)) <= {canonicalize_name(name) for name in pinned}, path
        assert "://" not in text
        assert all(line.startswith(("    --hash=sha256:", *pinned)) for line in text.splitlines()), path
