"""What each result depends on, and whether it is still of that; may import the runtime's models, envelopes.

A result is stale unless everything that it depends on is known to be what it was measured with: the artifacts and
tables of a manifest, and the sources that do the work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from packaging.version import Version

from harness.corpus import ROOT
from harness.envelope import Envelope, digest
from harness.runners import NoReleaseError
from slimepython.release.model import FILE_NAME, Artifact, Manifest, load_manifest

MANIFESTS: Final = ROOT / "manifests"


@dataclass(frozen=True)
class Needs:
    """What a result depends on: `sources` are paths in the project. `command` measures it."""

    command: str
    sources: tuple[str, ...]
    artifacts: bool = True
    tables: bool = False
    plot: bool = False


_ROUTED: Final = (
    "slimepython/dispatch.py",
    "slimepython/launch",
    "slimepython/router",
    "slimepython/trials.py",
    "tests/corpus",
)
_TIMED: Final = ("benchmarks/workloads", "slimepython/launch")

NEEDS: Final = {
    "bit-exact": Needs("nox -s bit-exact", ("slimepython/launch", "tests/corpus")),
    "speed": Needs("nox -s speed", _TIMED, plot=True),
    "amortize": Needs("nox -s amortize", _TIMED, plot=True),
    "route": Needs("nox -s route", _ROUTED, tables=True),
    "adaptive": Needs("nox -s adaptive", (*_ROUTED, "slimepython/adaptive", "slimepython/adaptively.py"), tables=True),
    "decision": Needs("nox -s bench -- decision", ("slimepython/router", "tests/corpus"), tables=True),
    "overhead": Needs("nox -s bench -- overhead", ("slimepython",)),
    "wasi-start": Needs("nox -s bench -- wasi-start", ("slimepython",)),
    "share": Needs("nox -s bench -- share", _ROUTED, tables=True),
    "unchanged": Needs("nox -s bench -- unchanged", ("pipeline",)),
    "touch": Needs("nox -s bench -- touch", ("pipeline", "recipes"), artifacts=False),
    "rootfs": Needs("nox -s bench -- rootfs", ("pipeline", "toolchains"), artifacts=False),
    "cold": Needs("nox -s bench -- cold", ("pipeline",)),
}


def released() -> Manifest:
    """The manifest of the newest release that is committed."""
    path = max(MANIFESTS.glob("*.json"), key=lambda path: Version(path.stem))
    return load_manifest(path.read_bytes(), str(path))


def working(release: Path) -> Manifest:
    """The manifest in a folder of a release. Raises `NoReleaseError`, `ManifestError`."""
    path = release / FILE_NAME
    if not path.is_file():
        raise NoReleaseError(f"{release} holds no {FILE_NAME}: build a release (nox -s build-full), or name its folder")
    return load_manifest(path.read_bytes(), str(path))


def label(artifact: Artifact) -> str:
    """What an artifact is called in an envelope, whichever build it is: `cpython-3.14.7@x86_64-unknown-linux-gnu`."""
    options = "".join(f"+{key}={value}" for key, value in sorted(artifact.options.items()))
    return f"{artifact.name}-{artifact.version}@{artifact.target}{options}"


def older(name: str, envelope: Envelope, manifest: Manifest) -> list[str]:
    """Why a result is stale, a reason each; none if it is of this manifest and of today's sources."""
    needs = NEEDS[name]
    artifacts = {label(artifact): artifact.file.sha256 for artifact in manifest.artifacts}
    tables = {PurePosixPath(table.path).name: table.sha256 for table in manifest.tables}
    sources = {path: digest(ROOT / path) for path in needs.sources}
    found = list(_differing("build", envelope.artifacts, artifacts)) if needs.artifacts else []
    found += _differing("table", envelope.tables, tables) if needs.tables else []
    if envelope.sources is None:
        return [*found, f"measured from unknown sources ({', '.join(sources)})"]
    changed = [path for path, now in sources.items() if envelope.sources.get(path) != now]
    return [*found, f"changed since: {', '.join(changed)}"] if changed else found


def _differing(what: str, measured: Mapping[str, str] | None, now: Mapping[str, str]) -> Iterator[str]:
    if not measured:
        yield f"measured with unknown {what}s"
        return
    other = [name for name, sha256 in measured.items() if now.get(name) != sha256]
    if other:
        yield (
            f"measured with another {what} of {', '.join(other)}"
            if what == "build"
            else f"measured with another {what}"
        )
