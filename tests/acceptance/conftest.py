"""What the acceptance tests share: the working manifest and its interpreters, unpacked and ready to run."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.model.manifest import Artifact, Manifest
from pipeline.plan.graph import Graph, plan
from pipeline.plan.select import select
from pipeline.publish.publisher import read_file
from pipeline.publish.unpack import unpack
from tests.acceptance.programs import Program, WasiProgram
from tests.integration.toolchains import ROOT, Toolchains, app, toolchain

__all__ = ["app", "toolchain"]

ARTIFACTS = ROOT / "artifacts"
X86, ARM, WASM = "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "wasm32-wasip1"
INTERPRETERS = tuple((name, target) for name in ("cpython", "rustpython") for target in (X86, ARM, WASM))


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    """The working manifest, read strictly."""
    path = ARTIFACTS / "manifest.json"
    assert path.is_file(), "nothing is built: nox -s build-full"
    return read_file(path)


class Programs:
    """Interpreters by name and target, each unpacked once."""

    def __init__(self, manifest: Manifest, toolchains: Toolchains, folder: Path) -> None:
        self.manifest = manifest
        self.toolchains = toolchains
        self.folder = folder
        self.ready: dict[tuple[str, str], Program] = {}

    def artifact(self, name: str, target: str) -> Artifact:
        found = [item for item in self.manifest.artifacts if (item.name, item.target) == (name, target)]
        assert len(found) == 1, f"the manifest has {len(found)} of {name} for {target}: nox -s build-full"
        return found[0]

    def unpacked(self, artifact: Artifact) -> Path:
        """The artifact in a folder whose name has a blank and a letter that is not ASCII."""
        folder = self.folder / f"{artifact.name} ü {artifact.target}"
        if not folder.exists():
            unpack(ARTIFACTS / artifact.file.path, folder)
        return folder

    def __call__(self, name: str, target: str) -> Program:
        if (name, target) not in self.ready:
            artifact = self.artifact(name, target)
            folder = self.unpacked(artifact)
            if target == WASM:
                made: Program = WasiProgram(artifact, folder, scratch=self.folder / f"wasm-{name}")
            elif target == ARM:
                qemu = self.toolchains("llvm-22").rootfs / "usr" / "bin" / "qemu-aarch64"
                made = Program(artifact, folder, (str(qemu), "-L", str(self.toolchains.sysroot(target))))
            else:
                made = Program(artifact, folder)
            self.ready[name, target] = made
        return self.ready[name, target]


@pytest.fixture(scope="session")
def programs(manifest: Manifest, toolchain: Toolchains, tmp_path_factory: pytest.TempPathFactory) -> Programs:
    """`programs("cpython", target)` → something to run."""
    return Programs(manifest, toolchain, tmp_path_factory.mktemp("acceptance"))


@pytest.fixture(scope="session")
def cpython_tests(toolchain: Toolchains) -> Path:
    """A folder that holds CPython's own `test` package and nothing else, out of the pinned source."""
    builder = toolchain.app
    graph = plan(builder.project, select(builder.project, [f"cpython@{X86}"]), probe_version="")
    name = next(item for item in graph.actions if item.startswith("source/cpython-"))
    report = builder.run(Graph({name: graph.actions[name]}, (name,)))
    source = builder.store.checkout(report.results[name].outputs["out"])
    return source / "Lib" / "test"
