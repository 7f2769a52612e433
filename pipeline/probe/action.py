"""Probing as an action, and judging what it found; may import run, sandbox and store."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pipeline.load.project import Project
from pipeline.model.recipe import ArtifactSpec
from pipeline.plan.action import Action, Input, Json
from pipeline.plan.graph import BASE_ENV, Goal
from pipeline.probe.facts import ProbeError, ProbeReason
from pipeline.probe.judge import judge, to_error
from pipeline.probe.version import ProbeCode, probe_code
from pipeline.run.events import Line
from pipeline.run.executor import Work
from pipeline.run.inputs import input_tree
from pipeline.sandbox.protocol import Engine
from pipeline.store.digest import Digest
from pipeline.store.result import ActionResult
from pipeline.store.store import Store

if TYPE_CHECKING:
    from pipeline.probe.prober import Twin

FACTS = "facts.json"

# Where a build sees things: none of it may be found in what the build made.
FORBIDDEN = (
    "/build/",
    *(BASE_ENV[name] + "/" for name in ("OUT", "DEPS", "RECIPE", "NATIVE", "VENDOR", "SYSROOT")),
)


@dataclass
class ProbeHandler:
    """Runs the probes of one artifact; the result is a tree with `facts.json`."""

    project: Project
    store: Store
    engine: Callable[[], Engine]
    _once: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _checked: bool = False

    def run(self, work: Work) -> ActionResult:
        """Probe. Raises `ProbeError` when the artifact cannot be looked at."""
        # Imported here: judging what the store holds needs no parser and no wasm runtime.
        from pipeline.probe.prober import ProbeRequest, probe

        self._expect_keyed_code()
        action = work.action
        by_mount = {item.mount: item for item in action.inputs}
        folder = self.store.workdir(action.slug)
        try:
            (folder / "scratch").mkdir()
            rootfs = self._tree(work, by_mount["/"])
            request = ProbeRequest(
                artifact=self._artifact(action),
                target=self.project.targets[str(action.spec["target"])],
                folder=self.store.checkout(self._tree(work, by_mount["/artifact"])),
                recipe_facts=self.store.checkout(self._tree(work, by_mount["/facts"])),
                rootfs=self.store.checkout(rootfs),
                rootfs_digest=rootfs.hash,
                sysroot=self.store.checkout(self._tree(work, by_mount["/sysroot"])) if "/sysroot" in by_mount else None,
                engine=self.engine(),
                workdir=folder / "scratch",
                forbidden_strings=FORBIDDEN,
                twin=self._twin(work, by_mount),
            )
            facts = probe(request, lambda text: work.emit(Line(action.id, text)))
            (folder / "tree").mkdir()
            text = json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
            (folder / "tree" / FACTS).write_text(text, "utf-8")
            return ActionResult(outputs={"out": self.store.adopt_tree(folder / "tree")})
        finally:
            self.store.remove_workdir(folder)

    def _expect_keyed_code(self) -> None:
        """The parsers are imported by the first probe, long after it was keyed: they must be what was keyed."""
        with self._once:
            if not self._checked and ProbeCode.read() != probe_code():
                raise ProbeError(
                    ProbeReason.CODE_CHANGED,
                    "pipeline/probe was changed after this build began: its facts would stand for the code before",
                    hint="run the same command again: what was built is kept",
                )
            self._checked = True

    def _tree(self, work: Work, item: Input) -> Digest:
        return input_tree(self.store, item, work.results)

    def _artifact(self, action: Action, name: str = "artifact") -> ArtifactSpec:
        return ArtifactSpec.model_validate_json(json.dumps(action.spec[name]))

    def _twin(self, work: Work, by_mount: Mapping[str, Input]) -> Twin | None:
        """The native build and the libraries' facts of both, when the plan has them compared."""
        from pipeline.probe.prober import Twin

        if "/twin" not in by_mount:
            return None

        def libraries(mount: str) -> dict[str, Path]:
            return {
                name.removeprefix(mount): self.store.checkout(self._tree(work, item))
                for name, item in by_mount.items()
                if name.startswith(mount)
            }

        return Twin(
            artifact=self._artifact(work.action, "twin"),
            folder=self.store.checkout(self._tree(work, by_mount["/twin"])),
            libraries=libraries("/libraries/"),
            twin_libraries=libraries("/twin-libraries/"),
        )


def read_facts(store: Store, result: ActionResult) -> dict[str, Json]:
    """The facts that a probe action recorded."""
    text = (store.checkout(result.outputs["out"]) / FACTS).read_text("utf-8")
    return cast(dict[str, Json], json.loads(text))


def judge_result(project: Project, goal: Goal, facts: Mapping[str, Json]) -> None:
    """Hold an artifact's facts against its policy. Raises `PolicyError` that names every violation."""
    policy = project.policies[goal.spec.policy]
    violations = judge(policy, facts, goal.build.target, goal.build.version)
    if violations:
        what = f"{goal.spec.name} {goal.build.version} for {goal.build.target}"
        raise to_error(violations, what, selector=str(goal.build))
