"""Probes one artifact: all facts about its files, and what it answers when it runs; the package's front door.

Facts are named `elf.*` (the entry), `elf.files.<path>.*`, `archives.<path>.*`, `wasm.*`, `tree.*`,
`ran.<script>.*`, `recipe.<stem>.*` and `twin.*` (what the native build says otherwise). Nothing is judged here:
`pipeline.probe.judge` does that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.model.recipe import ArtifactSpec
from pipeline.model.toolchain import NATIVE_TARGET, Target
from pipeline.probe import archive, elf, runner, tree, twin, wasm
from pipeline.probe.facts import Facts, ProbeError, ProbeReason, exact
from pipeline.probe.readobj import disagreements
from pipeline.probe.runner import Runner, SandboxRunner, WasmRunner
from pipeline.probe.tools import ARTIFACT, SYSROOT, Tools
from pipeline.sandbox.protocol import Engine

CHECKS = (
    "language", "text", "hashes", "compress", "sqlite", "tls", "ffi", "system", "terminal", "cext", "venv_pip",
    "details",
)  # fmt: skip
"""Scripts that run once each and answer with `ok` and `failed`; which of them must is the policy's business."""
ELSEWHERE = "/opt/another place/python"
"""A second folder, with a blank in its name, that the artifact must find itself in."""
_ENVELOPE = {"ok", "passed", "failed"}


@dataclass(frozen=True)
class Twin:
    """The native build of the same artifact, and the facts of the libraries in both, by library."""

    artifact: ArtifactSpec
    folder: Path
    libraries: Mapping[str, Path]
    twin_libraries: Mapping[str, Path]


@dataclass(frozen=True)
class ProbeRequest:
    """One artifact to probe. `folder` is what becomes the archive's top folder; nothing is written there."""

    artifact: ArtifactSpec
    target: Target
    folder: Path
    recipe_facts: Path | None
    rootfs: Path
    rootfs_digest: str
    sysroot: Path | None
    engine: Engine
    workdir: Path
    forbidden_strings: tuple[str, ...]
    twin: Twin | None = None


def probe(request: ProbeRequest, on_event: Callable[[str], None] | None = None) -> Facts:
    """All facts about an artifact. `on_event` is told what is being done, in a few words.

    Raises `ProbeError` when the entry is not there or a tool of the probes fails; what is wrong with the
    artifact itself becomes facts, for the policy to judge.
    """
    return exact(_Prober(request, on_event or (lambda _: None)).probe())


def probe_files(request: ProbeRequest) -> Facts:
    """The facts that need no run: all of `probe`'s but `ran`. Raises as `probe` does."""
    return _Prober(request, lambda _: None).files()


class _Prober:
    def __init__(self, request: ProbeRequest, say: Callable[[str], None]) -> None:
        self.request = request
        self.say = say
        self.tools = Tools(
            request.engine, request.rootfs, request.rootfs_digest, request.folder, request.workdir, request.sysroot
        )
        self.elf: dict[str, elf.ElfFacts] = {}
        self.malformed: dict[str, str] = {}
        self.entry: str | None = None
        self.compiled: Path | None = None

    def files(self) -> Facts:
        """What can be read; nothing of the artifact is run but by `ldd`."""
        self.request.workdir.mkdir(parents=True, exist_ok=True)
        self.entry = self._entry()
        self.say("reading the tree")
        facts: Facts = {
            "tree": tree.read_tree(self.request.folder, self.request.forbidden_strings),
            "recipe": _recipe_facts(self.request.recipe_facts),
            "archives": self._archives(),
        }
        files = self._elf_files()
        if self.entry is not None and wasm.is_wasm(self.request.folder / self.entry):
            self.say("compiling the module")
            facts["wasm"], self.compiled = self._wasm(self.entry)
        else:
            facts["elf"] = {**self._elf_entry(), "files": files, "malformed": self.malformed}
        if (sides := self._sides()) is not None:
            self.say("comparing what can be read with the native build")
            facts["twin"] = twin.read(*sides)
        return facts

    def probe(self) -> Facts:
        """Everything."""
        facts = self.files()
        found = self.elf.get(self.entry or "")
        if self.compiled is not None:
            entry = str(self.request.artifact.entry)
            module = WasmRunner(self.compiled, self.request.folder, entry, self.request.workdir)
            facts["ran"] = self._run(module)
            self._compare(facts, module)
        elif found is not None:
            facts["ran"] = self._run(self._native())
            self._compare(facts, self._native())
            if (floor := self._floor(found)) is not None:
                self.say("running on the oldest glibc")
                facts["ran"]["floor"] = runner.result(floor, "version")
        return facts

    def _sides(self) -> tuple[twin.Side, twin.Side] | None:
        """The native build and this one."""
        request, other = self.request, self.request.twin
        if other is None:
            return None
        native = twin.Side(other.folder, NATIVE_TARGET, other.twin_libraries)
        return native, twin.Side(request.folder, request.target.triple, other.libraries)

    def _compare(self, facts: Facts, runs: Runner) -> None:
        """Adds what the two answer differently when they run."""
        if (sides := self._sides()) is not None and (other := self.request.twin) is not None:
            self.say("comparing its answers with the native build's")
            native = replace(self._sandboxed("twin", ()), folder=other.folder, entry=str(other.artifact.entry))
            facts["twin"] |= twin.answers(*sides, runs, replace(native, sysroot=None))

    def _entry(self) -> str | None:
        """The entry's path with links resolved. Raises `ProbeError` when it is no file of the folder."""
        name = self.request.artifact.entry
        if name is None:
            return None
        folder = self.request.folder.resolve()
        path = (folder / name).resolve()
        if not path.is_file() or not path.is_relative_to(folder):
            raise ProbeError(
                ProbeReason.MISSING_ENTRY,
                f"artifact {self.request.artifact.name!r} has no program at {name}",
                hint="mend `entry` or `path` of the artifact in recipe.yaml, or the step that installs it",
            )
        return path.relative_to(folder).as_posix()

    def _archives(self) -> Facts:
        found: Facts = {}
        for name, path in tree.regular_files(self.request.folder):
            if not archive.is_archive(path):
                continue
            try:
                facts = archive.read_archive(path)
            except ProbeError as error:
                self.malformed[name] = error.message
                continue
            machines = facts["machines"]
            if isinstance(machines, list) and len(machines) == 1:
                self.say(f"linking {name}")
                facts |= self.tools.trial_link(name, str(machines[0]))
            found[name] = facts
        return found

    def _elf_files(self) -> Facts:
        for name, path in tree.regular_files(self.request.folder):
            if elf.is_elf(path):
                try:
                    self.elf[name] = elf.read_elf(path)
                except ProbeError as error:
                    self.malformed[name] = error.message
        if not self.elf:
            return {}
        self.say(f"reading {len(self.elf)} ELF files")
        said = self.tools.readobj(sorted(self.elf))
        return {
            name: {**facts.to_json(), "disagreements": disagreements(facts, said.get(name, {}))}
            for name, facts in self.elf.items()
        }

    def _elf_entry(self) -> Facts:
        if self.entry is None or self.entry not in self.elf:
            return {}
        facts: Facts = {"path": self.entry, **self.elf[self.entry].to_json()}
        if self.request.target.runner == "native":
            facts["ldd"] = self.tools.ldd(self.entry)
        return facts

    def _wasm(self, entry: str) -> tuple[Facts, Path | None]:
        try:
            facts, compiled = wasm.read_wasm(self.request.folder / entry, self.request.workdir)
        except ProbeError as error:
            if error.reason is not ProbeReason.MALFORMED:
                raise
            return {"path": entry, "malformed": {entry: error.message}}, None
        return {"path": entry, "malformed": {}, **facts}, compiled

    def _native(self) -> Runner:
        qemu = self.request.target.runner == "qemu-aarch64"
        prefix = ("qemu-aarch64", "-L", SYSROOT) if qemu else ()
        return self._sandboxed(self.request.target.runner, prefix)

    def _floor(self, facts: elf.ElfFacts) -> Runner | None:
        """Runs under the sysroot's own loader and libraries: the oldest glibc the artifact claims to run on."""
        if self.request.target.runner != "native" or self.request.sysroot is None or facts.interp is None:
            return None
        folders = sorted(path.parent for path in self.request.sysroot.rglob("libc.so.6") if path.resolve().is_file())
        inside = ":".join(f"{SYSROOT}/{path.relative_to(self.request.sysroot)}" for path in folders)
        return self._sandboxed("floor", (f"{SYSROOT}{facts.interp}", "--library-path", inside))

    def _sandboxed(self, name: str, prefix: tuple[str, ...]) -> SandboxRunner:
        request = self.request
        return SandboxRunner(
            name=name,
            engine=request.engine,
            rootfs=request.rootfs,
            rootfs_digest=request.rootfs_digest,
            sysroot=request.sysroot,
            folder=request.folder,
            entry=str(request.artifact.entry),
            workdir=request.workdir,
            prefix=prefix,
            compiler=runner.compiler(request.target.triple, request.sysroot),
        )

    def _run(self, runs: Runner) -> dict[str, Any]:
        self.say(f"running it ({runs.name})")
        here, there = runner.result(runs, "version"), runner.result(runs, "version", place=ELSEWHERE)
        ran: dict[str, Any] = {"runner": runs.name, "version": here, "relocation": relocation(here, there)}
        for script in CHECKS:
            self.say(f"running {script}")
            ran[script] = runner.result(runs, script)
        self.say("importing every module")
        ran["modules"] = runner.imports(runs)
        if runs.name == "native":
            ran["aslr"] = runner.placements(runs)
        return ran


def relocation(here: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, Any]:
    """Whether a program says the same of itself in two folders, but for the folder's name.

    `stuck` are the answers that did not move along.
    """
    if not (here["ok"] and there["ok"]):
        return {"ok": False, "failed": {**here["failed"], **there["failed"]}, "stuck": []}
    ours, theirs = (
        json.loads(json.dumps(found).replace(place, "@")) for found, place in ((here, ARTIFACT), (there, ELSEWHERE))
    )
    stuck = sorted(key for key in ours.keys() - _ENVELOPE if ours[key] != theirs.get(key))
    places = json.dumps([ours.get("places"), ours.get("paths")])
    return {"ok": not stuck and "@" in places, "failed": {}, "stuck": stuck}


def _recipe_facts(folder: Path | None) -> Facts:
    """`<stem>.json` files, each an object, as facts named by their stems."""
    facts: Facts = {}
    for path in sorted(folder.glob("*.json")) if folder is not None and folder.is_dir() else []:
        try:
            value = json.loads(path.read_bytes())
        except ValueError as error:
            raise _not_an_object(path, str(error)) from error
        if not isinstance(value, dict):
            raise _not_an_object(path, f"is a {type(value).__name__}")
        facts[path.stem] = value
    return facts


def _not_an_object(path: Path, what: str) -> ProbeError:
    return ProbeError(
        ProbeReason.MALFORMED,
        f"the recipe's facts/{path.name} is no JSON object: {what}",
        hint="mend the step that writes $OUT/facts",
    )
