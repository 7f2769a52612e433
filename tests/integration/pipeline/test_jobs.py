"""One pool of job slots: make and cargo in two sandboxes at once never run more jobs than `-j` says."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.pipeline.workspace import TARGET, Workspace

JOBS = 3
RECORD = """\
#!/bin/sh
# Runs a command and notes from when to when.
begun=$(date +%s.%N)
"$@"
status=$?
mkdir -p "$OUT/times"
echo "job $0 $begun $(date +%s.%N)" >> "$OUT/times/$(basename "$0")-$$"
exit $status
"""
MAKEFILE = """\
all: 1 2 3 4 5 6 7 8
1 2 3 4 5 6 7 8:
\tsh $(RECIPE)/make-job sleep 1
"""
BUILD_SCRIPT = """\
fn main() {
    let job = std::process::Command::new("/recipe/build-script").args(["sleep", "1"]).status();
    assert!(job.unwrap().success());
    println!("cargo::rerun-if-changed=build.rs");
}
"""
CRATES = ("a", "b", "c", "d", "e")


@dataclass(frozen=True)
class Job:
    """What ran, from when to when (seconds of one clock)."""

    kind: str
    begun: float
    ended: float


@pytest.fixture
def workshop(tiny: Workspace, tmp_path: Path) -> Workspace:
    """A recipe of make's and one of cargo's, each with many jobs that note their times, and one that needs both."""
    beside = tiny.beside(tmp_path / "jobs")
    versions = [{"version": "1.0", "env": {"SALT": secrets.token_hex(8)}}]
    beside.add("by-make", "make -f $RECIPE/Makefile", toolchain="llvm-22", files=["*"], versions=versions)
    cargo = (
        "cp -R $RECIPE/ws /build/ws; cd /build/ws; RUSTC_WRAPPER=$RECIPE/rustc-job cargo build --offline --workspace\n"
    )
    beside.add(
        "by-cargo",
        f"unset CC CFLAGS LDFLAGS; export CARGO_HOME=/build/cargo\n{cargo}",
        toolchain="rust-1.97",
        files=["rustc-job", "build-script", "ws/**/*"],
        versions=versions,
    )
    beside.add("both", "cat $DEPS/times/* | tee $OUT/all", dependencies=["by-make", "by-cargo"], versions=versions)
    recipes = beside.root / "recipes"
    (recipes / "by-make" / "Makefile").write_text(MAKEFILE, "ascii")
    for path in (
        recipes / "by-make" / "make-job",
        recipes / "by-cargo" / "rustc-job",
        recipes / "by-cargo" / "build-script",
    ):
        path.write_text(RECORD, "ascii")
        path.chmod(0o755)
    workspace = recipes / "by-cargo" / "ws"
    for name in CRATES:
        (workspace / name / "src").mkdir(parents=True)
        (workspace / name / "src" / "lib.rs").write_text(f"pub fn {name}() {{}}\n", "ascii")
        (workspace / name / "build.rs").write_text(BUILD_SCRIPT, "ascii")
        manifest = f'[package]\nname = "{name}"\nversion = "1.0.0"\nedition = "2024"\n'
        (workspace / name / "Cargo.toml").write_text(manifest, "ascii")
    members = ", ".join(f'"{name}"' for name in CRATES)
    (workspace / "Cargo.toml").write_text(f'[workspace]\nresolver = "3"\nmembers = [{members}]\n', "ascii")
    return beside


def most_at_once(jobs: list[Job]) -> int:
    """The greatest number of jobs that ran at one time."""
    edges = sorted([(job.begun, 1) for job in jobs] + [(job.ended, -1) for job in jobs])
    most = now = 0
    for _, step in edges:
        now += step
        most = max(most, now)
    return most


def test_make_and_cargo_share_the_slots(workshop: Workspace) -> None:
    ran = workshop.build("both", "-j", str(JOBS))
    assert ran.status == 0, ran.summary["failures"]
    lines = [
        e["text"].split() for e in ran.events if e["event"] == "line" and e["action"] == f"build/both-1.0@{TARGET}"
    ]
    jobs = [
        Job(words[1].rpartition("/")[2], float(words[2]), float(words[3])) for words in lines if words[:1] == ["job"]
    ]
    counts = {kind: sum(job.kind == kind for job in jobs) for kind in ("make-job", "build-script", "rustc-job")}
    assert counts["make-job"] == 8
    assert counts["build-script"] == len(CRATES)
    assert counts["rustc-job"] >= 2 * len(CRATES)
    made = [job for job in jobs if job.kind == "make-job"]
    cargos = [job for job in jobs if job.kind != "make-job"]
    assert max(job.begun for job in made) > min(job.begun for job in cargos), "both ran at the same time"
    assert max(job.begun for job in cargos) > min(job.begun for job in made), "both ran at the same time"
    assert most_at_once(jobs) == JOBS, sorted(jobs, key=lambda job: job.begun)
