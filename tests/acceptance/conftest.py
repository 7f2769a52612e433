"""What the acceptance tests share: the working manifest and its interpreters, unpacked and ready to run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.model.manifest import Manifest
from pipeline.publish.publisher import read_file
from slimepython import api
from slimepython.release.resolve import Wish
from tests.acceptance.cpython_suite import source_of_tests
from tests.acceptance.programs import ARTIFACTS, X86, Programs
from tests.acceptance.runtime import PAIRS, slimepython
from tests.integration.toolchains import Toolchains, app, toolchain

__all__ = ["app", "toolchain"]


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    """The working manifest, read strictly."""
    path = ARTIFACTS / "manifest.json"
    assert path.is_file(), "nothing is built: nox -s build-full"
    return read_file(path)


@pytest.fixture(scope="session")
def programs(manifest: Manifest, toolchain: Toolchains, tmp_path_factory: pytest.TempPathFactory) -> Programs:
    """`programs("cpython", target)` → something to run."""
    return Programs(manifest, toolchain, tmp_path_factory.mktemp("acceptance"))


@pytest.fixture(scope="session")
def cpython_tests(toolchain: Toolchains, programs: Programs) -> Path:
    """CPython's own `test` package, out of the source that Full was built from."""
    return source_of_tests(toolchain.app, programs.artifact("cpython", X86).version)


@pytest.fixture(scope="session")
def everything_installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of the runtime with both tiers, natively and in wasm."""
    folder = tmp_path_factory.mktemp("runtime") / "home ü"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLIMEPYTHON_HOME", str(folder))
        for tier, platform in PAIRS:
            api.install(Wish(tier=tier, platform=platform), source=str(ARTIFACTS))
    return folder


@pytest.fixture(scope="module")
def home(everything_installed: Path) -> Iterator[Path]:
    """That home, for this process too; whatever a module ran, nothing of what is installed may have been touched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLIMEPYTHON_HOME", str(everything_installed))
        yield everything_installed
    checked = slimepython(everything_installed, "verify")
    assert (checked.status, checked.err) == (0, b"")
