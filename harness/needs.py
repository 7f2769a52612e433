"""What each result depends on, and whether it is still of that; may import the runtime's models, envelopes.

A result is stale unless everything that it depends on is known to be what it was measured with: the artifacts and
tables of a manifest, and the sources that do the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from packaging.version import Version

from harness.corpus import ROOT
from harness.envelope import Envelope, digest
from harness.runners import ARM, WASM, X86, NoReleaseError
from slimepython.release.model import FILE_NAME, Artifact, Manifest, load_manifest

MANIFESTS: Final = ROOT / "manifests"


def interpreters(manifest: Manifest) -> list[Artifact]:
    """The newest interpreter without options of each tier and target: what the runtime installs."""
    plain = [item for item in manifest.artifacts if item.kind == "interpreter" and not item.options]
    by_version = sorted(plain, key=lambda item: Version(item.version))
    return list({(item.tier, item.target): item for item in by_version}.values())


def _timed(manifest: Manifest) -> list[Artifact]:
    """Those that are not emulated: their time would say nothing."""
    return [item for item in interpreters(manifest) if item.target != ARM]


def _full(manifest: Manifest) -> list[Artifact]:
    return [item for item in interpreters(manifest) if (item.tier, item.target) == ("full", X86)]


def _sandboxed(manifest: Manifest) -> list[Artifact]:
    return [item for item in interpreters(manifest) if (item.tier, item.target) == ("light", WASM)]


@dataclass(frozen=True)
class Needs:
    """What a result depends on: `command` measures it, `sources` are paths in the project.

    `covers`: which artifacts it has to be of at least; None if it is of none.
    """

    command: str
    covers: Callable[[Manifest], list[Artifact]] | None
    sources: tuple[str, ...]
    tables: bool = False
    plot: bool = False


_ROUTED: Final = (
    "slimepython/dispatch.py",
    "slimepython/launch",
    "slimepython/router",
    "slimepython/trials.py",
    "tests/corpus",
)
_WORKED: Final = ("benchmarks/workloads", "slimepython/launch")

NEEDS: Final = {
    "bit-exact": Needs("nox -s bit-exact", interpreters, ("slimepython/launch", "tests/corpus")),
    "speed": Needs("nox -s speed", _timed, _WORKED, plot=True),
    "amortize": Needs("nox -s amortize", _timed, _WORKED, plot=True),
    "route": Needs("nox -s route", _timed, _ROUTED, tables=True),
    "adaptive": Needs(
        "nox -s adaptive", _timed, (*_ROUTED, "slimepython/adaptive", "slimepython/adaptively.py"), tables=True
    ),
    "decision": Needs("nox -s bench -- decision", _timed, ("slimepython/router", "tests/corpus"), tables=True),
    "overhead": Needs("nox -s bench -- overhead", _full, ("slimepython",)),
    "wasi-start": Needs("nox -s bench -- wasi-start", _sandboxed, ("slimepython",)),
    "share": Needs("nox -s bench -- share", _timed, _ROUTED, tables=True),
    "unchanged": Needs("nox -s bench -- unchanged", interpreters, ("pipeline",)),
    "touch": Needs("nox -s bench -- touch", None, ("pipeline", "recipes")),
    "rootfs": Needs("nox -s bench -- rootfs", None, ("pipeline", "toolchains")),
    "cold": Needs("nox -s bench -- cold", interpreters, ("pipeline",)),
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
    covered = [] if needs.covers is None else [label(artifact) for artifact in needs.covers(manifest)]
    tables = {PurePosixPath(table.path).name: table.sha256 for table in manifest.tables}
    sources = {path: digest(ROOT / path) for path in needs.sources}
    found = list(_differing("build", envelope.artifacts, artifacts, covered)) if needs.covers else []
    found += _differing("table", envelope.tables, tables, ()) if needs.tables else []
    if envelope.sources is None:
        return [*found, f"measured from unknown sources ({', '.join(sources)})"]
    changed = [path for path, now in sources.items() if envelope.sources.get(path) != now]
    return [*found, f"changed since: {', '.join(changed)}"] if changed else found


def _differing(
    what: str, measured: Mapping[str, str] | None, now: Mapping[str, str], covered: Iterable[str]
) -> Iterator[str]:
    if not measured:
        yield f"measured with unknown {what}s"
        return
    if other := [name for name, sha256 in measured.items() if now.get(name) != sha256]:
        yield f"measured with another {what}: {', '.join(other)}"
    if missing := [name for name in covered if name not in measured]:
        yield f"measured without {', '.join(missing)}"
