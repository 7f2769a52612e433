"""What a build came to, held against the released manifest; may import plan, publish and run.

The released manifest is read before anything runs: what it says meanwhile does not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from pipeline.errors import Reason, ReleasedError
from pipeline.load.project import Project
from pipeline.model.manifest import Artifact, ArtifactId, Manifest
from pipeline.plan.graph import plan
from pipeline.plan.select import select
from pipeline.publish import manifest as manifests
from pipeline.publish.manifest import Compared, Status
from pipeline.publish.publisher import read_file


class ReleasedReason(Reason):
    """Why a build is not what was released."""

    DIFFERENT_FROM_RELEASED = "different-from-released"
    NOTHING_RELEASED = "nothing-released"


@dataclass(frozen=True)
class Released:
    """The released manifest of the project's release version; None where none is committed."""

    project: Project
    path: str
    manifest: Manifest | None

    @classmethod
    def of(cls, project: Project) -> Released:
        """Read it. Raises `PublishError` for one that is damaged."""
        path = f"manifests/{project.release.release}.json"
        file = project.root / path
        return cls(project, path, read_file(file) if file.is_file() else None)

    def must_be_there(self) -> None:
        """Raises `ReleasedError` (NOTHING_RELEASED) if there is nothing to compare with."""
        if self.manifest is None:
            raise ReleasedError(
                ReleasedReason.NOTHING_RELEASED,
                f"there is no {self.path}, so nothing can be required to equal it",
                hint="build without --require-released; `nox -s pipeline -- release` then writes it, to be committed",
            )

    def compare(self, built: Iterable[Artifact]) -> dict[ArtifactId, Compared]:
        """Each of `built` against the released one of the same name, version, target and options."""
        ours = reduce(manifests.merge, built, manifests.empty(self.project.release))
        compared = manifests.compare(ours, self.manifest)
        return {artifact.id: compared[artifact.id] for artifact in ours.artifacts}

    def difference(self, compared: dict[ArtifactId, Compared]) -> ReleasedError | None:
        """Everything in which the build is not the released one, as one error; None if it is equal.

        Besides what was built (`compared`), a released artifact that release.yaml builds no more is a difference.
        """
        lines = [
            f"{_shown(artifact)}: {_IN_WORDS.get(found.status, found.shown)}"
            for artifact, found in compared.items()
            if found.status is not Status.EQUAL
        ]
        lines += [f"{_shown(artifact)}: released, but release.yaml builds it no more" for artifact in self._dropped()]
        if not lines:
            return None
        return ReleasedError(
            ReleasedReason.DIFFERENT_FROM_RELEASED,
            "\n".join([f"what was built is not what {self.path} says:", *lines]),
            hint=f"if it shall differ: nox -s pipeline -- release, and commit {self.path}; if not, another `key` means "
            "other inputs (git log, python -m pipeline explain), an equal key a build that is not reproducible",
        )

    def _dropped(self) -> list[ArtifactId]:
        graph = plan(self.project, select(self.project, self.project.release.build), probe_version="")
        wanted = {(goal.spec.name, goal.build.version, goal.build.target) for goal in graph.goals}
        released = self.manifest.artifacts if self.manifest is not None else ()
        return [artifact.id for artifact in released if artifact.id[:3] not in wanted]


_IN_WORDS = {Status.NEW: "not in the released manifest"}


def _shown(artifact: ArtifactId) -> str:
    name, version, target, options = artifact
    return " ".join((f"{name} {version} {target}", *(f"{key}={value}" for key, value in options)))
