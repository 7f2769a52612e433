"""`build`: run the plan, judge and publish each artifact as it is proven, then say what came of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.app import App
from pipeline.cli.failures import failures_json, not_tried, print_failure, status_of
from pipeline.cli.output import Output
from pipeline.cli.released import Released
from pipeline.errors import ReleasedError, SlimeError
from pipeline.model.manifest import Artifact, ArtifactId
from pipeline.plan.action import Json
from pipeline.plan.graph import Goal, Graph, plan
from pipeline.plan.select import Build
from pipeline.probe.action import judge_result, read_facts
from pipeline.probe.version import probe_version
from pipeline.publish.action import packed_archive, record_of
from pipeline.publish.manifest import Compared, Status
from pipeline.publish.publisher import Publisher
from pipeline.run.events import Ended, Finished, Published
from pipeline.run.executor import Failure, Report
from pipeline.ui.screen import duration, size


@dataclass(frozen=True)
class Delivered:
    """One artifact that stands in the working manifest."""

    goal: Goal
    artifact: Artifact
    path: str
    seconds: float
    cached: bool


@dataclass
class Delivery:
    """Publishes goals the moment both their probe and their archive are there and the policy holds."""

    app: App
    graph: Graph
    publisher: Publisher
    delivered: list[Delivered] = field(default_factory=list)

    def __call__(self, action: str, report: Report) -> None:
        """Called by the executor after every action that has a result."""
        for goal in self.graph.goals:
            if action in (goal.probe, goal.archive) and {goal.probe, goal.archive} <= report.results.keys():
                self._deliver(goal, report)

    def _deliver(self, goal: Goal, report: Report) -> None:
        try:
            facts = self._facts(goal, report)
            judge_result(self.app.project, goal, facts)
            record = record_of(self.app.project, self.graph, goal, report, facts)
            published = self.publisher.publish(record, packed_archive(self.app.store, report.results[goal.archive]))
        except SlimeError as error:
            # As of any action: what runs is finished, and published if it is an artifact; --keep-going begins the rest.
            report.failures.append(Failure(goal.probe, error))
            self.app.emit(Finished(goal.probe, Ended.FAILED, 0.0, error.message))
            return
        ran_now = [report.built[name] for name in (goal.action, goal.probe, goal.archive) if name in report.built]
        self.delivered.append(Delivered(goal, published.artifact, published.path, sum(ran_now), cached=not ran_now))
        name = f"{goal.spec.name} {goal.build.version} {goal.build.target}"
        self.app.emit(Published(name, published.path, published.size, published.sha256))

    def _facts(self, goal: Goal, report: Report) -> dict[str, Json]:
        return read_facts(self.app.store, report.results[goal.probe])


def build(app: App, builds: Sequence[Build], *, require_released: str) -> int:
    """Build, probe, judge and publish; prints the summary and gives the exit status.

    With `require_released` "yes", what is not equal to the released manifest is a failure, named when all is published.
    """
    project = app.project
    released = Released.of(project)
    if require_released == "yes":
        released.must_be_there()
    graph = plan(project, builds, probe_version=probe_version())
    publisher = Publisher(project.root, project.release)
    delivery = Delivery(app, graph, publisher)
    report = app.run(graph, on_result=delivery)
    compared = released.compare(item.artifact for item in delivery.delivered)
    difference = released.difference(compared) if require_released == "yes" else None
    if difference is not None:
        report.failures.append(Failure(released.path, difference))
    return Summary(app, graph, report, delivery, compared, released).show()


@dataclass
class Summary:
    """What the last screen says."""

    app: App
    graph: Graph
    report: Report
    delivery: Delivery
    compared: dict[ArtifactId, Compared]
    released: Released

    def show(self) -> int:
        """Print it (to stderr; JSON to stdout) and give the exit status."""
        status = status_of(self.report)
        if self.app.settings.json:
            return Output(json=True, people=sys.stderr).end(status, "", **self._json())
        # A log has no width: a table must not be cut to 80 columns there.
        console = Console(stderr=True, soft_wrap=True, width=None if sys.stderr.isatty() else 200)
        if self.delivery.delivered:
            console.print(self._table())
        for failure in self.report.failures:
            print_failure(console, failure)
        console.print(self._counts())
        console.print(self._last_word(status), style="bold green" if status == 0 else "bold red")
        return status

    def _table(self) -> Table:
        table = Table(title=None, box=None, pad_edge=False, header_style="bold")
        for heading in (
            "artifact",
            "version",
            "target",
            "from",
            "time",
            "size",
            "probes",
            "committed",
            "sha256",
        ):
            table.add_column(heading, justify="right" if heading in ("time", "size") else "left")
        for item in self.delivery.delivered:
            compared = self.compared[item.artifact.id]
            table.add_row(
                item.artifact.name,
                item.artifact.version,
                item.artifact.target,
                "store" if item.cached else "built",
                "" if item.cached else duration(item.seconds),
                size(item.artifact.file.size),
                "passed",
                Text(compared.shown, style="" if compared.status is Status.EQUAL else "bold"),
                item.artifact.file.sha256[:16],
            )
        return table

    def _counts(self) -> str:
        report = self.report
        cached = len(report.results) - len(report.built)
        text = f"{len(report.results)} of {len(self.graph.actions)} actions done: {len(report.built)} run"
        text += f" ({duration(sum(report.built.values()))} of action time), {cached} from the store."
        if self.released.manifest is not None and self.compared:
            equal = sum(compared.status is Status.EQUAL for compared in self.compared.values())
            text += f" {equal} of {len(self.compared)} archive digests equal {self.released.path}."
        return text

    def _last_word(self, status: int) -> str:
        if self.report.interrupted:
            return "Interrupted. What is finished is kept: run the same command to go on."
        if status == ReleasedError.exit_code:
            return f"Everything is built and published, but it is not what {self.released.path} says: see above."
        if status:
            said = f"{len(self.report.failures)} failed; the reasons stand above."
            return f"{said} {not_tried(self.graph, self.report)}".rstrip()
        if not self.report.built:
            return "Nothing has changed: everything came from the store."
        if not self.graph.goals:
            return "Done. Nothing of it is published: it is for other recipes to build with."
        return "Done. The working manifest is artifacts/manifest.json."

    def _json(self) -> dict[str, Json]:
        return {
            "artifacts": [
                {
                    "name": item.artifact.name,
                    "version": item.artifact.version,
                    "target": item.artifact.target,
                    "path": item.path,
                    "size": item.artifact.file.size,
                    "sha256": item.artifact.file.sha256,
                    "cached": item.cached,
                    "committed": self.compared[item.artifact.id].shown,
                }
                for item in self.delivery.delivered
            ],
            **failures_json(self.report),
            "engine": self.app.engine.name,
            "built": dict(self.report.built),
        }
