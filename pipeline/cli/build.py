"""`build`: run the plan, judge and publish each artifact as it is proven, then say what came of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipeline.cli.app import App
from pipeline.cli.failures import failures_json, print_failure, status_of
from pipeline.cli.output import Output
from pipeline.errors import SlimeError
from pipeline.plan.action import Json
from pipeline.plan.graph import Goal, Graph, plan
from pipeline.plan.select import Build
from pipeline.probe.action import judge_result, read_facts
from pipeline.probe.version import probe_version
from pipeline.publish.action import packed_archive, record_of
from pipeline.publish.publisher import Publisher
from pipeline.run.events import Ended, Finished, Published
from pipeline.run.executor import Failure, Report
from pipeline.ui.screen import duration, size


@dataclass(frozen=True)
class Delivered:
    """One artifact that stands in the working manifest."""

    goal: Goal
    path: str
    size: int
    sha256: str
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
        except SlimeError as error:  # of this artifact alone: the others are still built and published
            report.failures.append(Failure(goal.probe, error))
            self.app.emit(Finished(goal.probe, Ended.FAILED, 0.0, error.message))
            return
        ran_now = [report.built[name] for name in (goal.action, goal.probe, goal.archive) if name in report.built]
        self.delivered.append(
            Delivered(goal, published.path, published.size, published.sha256, sum(ran_now), not ran_now)
        )
        name = f"{goal.spec.name} {goal.build.version} {goal.build.target}"
        self.app.emit(Published(name, published.path, published.size, published.sha256))

    def _facts(self, goal: Goal, report: Report) -> dict[str, Json]:
        return read_facts(self.app.store, report.results[goal.probe])


def build(app: App, builds: Sequence[Build]) -> int:
    """Build, probe, judge and publish; prints the summary and gives the exit status."""
    project = app.project
    graph = plan(project, builds, probe_version=probe_version())
    publisher = Publisher(project.root, project.release)
    delivery = Delivery(app, graph, publisher)
    report = app.run(graph, on_result=delivery)
    released = project.root / "manifests" / f"{project.release.release}.json"
    comparison = publisher.compare(released if released.is_file() else None)
    return Summary(app, graph, report, delivery, dict(comparison.status), released).show()


@dataclass
class Summary:
    """What the last screen says."""

    app: App
    graph: Graph
    report: Report
    delivery: Delivery
    compared: dict[tuple[str, str, str], str]
    released: Path

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

    def _key(self, item: Delivered) -> tuple[str, str, str]:
        return item.goal.spec.name, item.goal.build.version, item.goal.build.target

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
            name, version, target = self._key(item)
            table.add_row(
                name,
                version,
                target,
                "store" if item.cached else "built",
                "" if item.cached else duration(item.seconds),
                size(item.size),
                "passed",
                self.compared.get((name, version, target), "not in it"),
                item.sha256[:16],
            )
        return table

    def _counts(self) -> str:
        report = self.report
        cached = len(report.results) - len(report.built)
        text = f"{len(report.results)} of {len(self.graph.actions)} actions done: {len(report.built)} run"
        text += f" ({duration(sum(report.built.values()))} of action time), {cached} from the store."
        keys = [self._key(item) for item in self.delivery.delivered]
        if self.released.is_file() and keys:
            equal = sum(self.compared.get(key) == "equal" for key in keys)
            text += f" {equal} of {len(keys)} archive digests equal manifests/{self.released.name}."
        return text

    def _last_word(self, status: int) -> str:
        if self.report.interrupted:
            return "Interrupted. What is finished is kept: run the same command to go on."
        if status:
            skipped = f", {len(self.report.skipped)} actions not tried" if self.report.skipped else ""
            return f"{len(self.report.failures)} failed{skipped}; the reasons stand above."
        if not self.report.built:
            return "Nothing has changed: everything came from the store."
        return "Done. The working manifest is artifacts/manifest.json."

    def _json(self) -> dict[str, Json]:
        return {
            "artifacts": [
                {
                    "name": item.goal.spec.name,
                    "version": item.goal.build.version,
                    "target": item.goal.build.target,
                    "path": item.path,
                    "size": item.size,
                    "sha256": item.sha256,
                    "cached": item.cached,
                    "committed": self.compared.get(self._key(item)),
                }
                for item in self.delivery.delivered
            ],
            **failures_json(self.report),
            "built": dict(self.report.built),
        }
