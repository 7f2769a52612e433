"""The locks in the repository belong to the yaml files beside them."""

from __future__ import annotations

from pathlib import Path

import pysequoia
import pytest

from pipeline.load.document import read, validate
from pipeline.load.suites import load_suites
from pipeline.lock.toolchain import lock_text
from pipeline.model.toolchain import Toolchain, ToolchainLock

FOLDER = Path(__file__).parents[3] / "toolchains"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@pytest.fixture(params=NAMES)
def pair(request: pytest.FixtureRequest) -> tuple[Toolchain, ToolchainLock]:
    name: str = request.param
    toolchain = validate(read(FOLDER / f"{name}.yaml", Path(f"toolchains/{name}.yaml")), Toolchain)
    return toolchain, ToolchainLock.model_validate_json((FOLDER / f"{name}.lock.json").read_bytes())


def test_a_lock_is_for_its_toolchain(pair: tuple[Toolchain, ToolchainLock]) -> None:
    toolchain, lock = pair
    assert (lock.name, lock.suite) == (toolchain.name, toolchain.suite)
    names = {package.name for package in lock.packages}
    assert {root.partition(":")[0] for root in toolchain.packages} <= names
    assert {name for name in toolchain.avoid if ":" not in name}.isdisjoint(names)
    assert set(toolchain.maintainer_scripts) <= names
    allowed = {"all", toolchain.architecture, *toolchain.foreign_architectures}
    assert {package.architecture for package in lock.packages} <= allowed


def test_a_lock_is_sorted_and_names_no_host(pair: tuple[Toolchain, ToolchainLock]) -> None:
    _, lock = pair
    keys = [(package.name, package.architecture) for package in lock.packages]
    assert keys == sorted(set(keys))
    assert all(package.path.startswith("pool/") for package in lock.packages)
    text = (FOLDER / f"{lock.name}.lock.json").read_text()
    assert text == lock_text(lock)
    assert "://" not in text


def test_a_toolchains_suite_is_described_and_no_other(request: pytest.FixtureRequest) -> None:
    used = {ToolchainLock.model_validate_json(path.read_bytes()).suite for path in FOLDER.glob("*.lock.json")}
    assert set(load_suites(FOLDER.parent)) == used


def test_the_keys_are_those_that_their_readme_names() -> None:
    named = (FOLDER / "keys" / "README.md").read_text().replace(" ", "").lower()
    paths = sorted((FOLDER / "keys").glob("*.asc"))
    assert len(paths) == 6
    assert all(pysequoia.Cert.from_file(str(path)).fingerprint in named for path in paths)
    assert not [path for path in paths if "PRIVATE" in path.read_text()]
