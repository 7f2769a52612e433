"""The builder put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import pytest

from pipeline.cli.app import session
from pipeline.cli.settings import Settings
from pipeline.plan.graph import Graph
from pipeline.run.events import Event, Note
from pipeline.store import Store, layout


@dataclass
class Recorder:
    """A screen that keeps what it is shown."""

    events: list[Event] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    @property
    def notes(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Note)]


def settings(project: Path) -> Settings:
    return Settings(root=project, cache=project / "cache", jobs=1)


def test_scratch_that_cannot_be_removed_is_told_once_in_each_session(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_folder: Path) -> None:
        raise PermissionError(1, "not permitted", "file")

    monkeypatch.setattr(layout, "remove_tree", refuse)
    with Store(project / "cache" / "store") as store:
        before = store.workdir("before").parent
    with session(settings(project), screen := Recorder()) as app:
        assert len(screen.notes) == 1, "of the session before"
        assert f"`sudo rm -rf {before}`" in screen.notes[0]
        scratch = app.store.workdir("now")
        app.store.remove_workdir(scratch)
        app.run(Graph({}, (), ()))
        app.run(Graph({}, (), ()))
    assert len(screen.notes) == 2
    assert screen.notes[1] == f"{scratch} cannot be removed: not permitted (`sudo rm -rf {scratch}`)"
