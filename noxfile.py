"""The project's commands: `nox -s build-full` is the main job, `nox -s tests` the tests, `nox --list` all.

Each session installs exactly what requirements/*.txt pins (by hash, through pip's own configuration) into its
own environment, once: it is installed again only when that file changes.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import nox

nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "tests"]
nox.needs_version = ">=2025.2.9"

ROOT = Path(__file__).parent


def install(session: nox.Session, requirements: str) -> None:
    """Install a pinned requirements file unless this environment holds it already."""
    path = ROOT / "requirements" / f"{requirements}.txt"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    stamp = Path(session.virtualenv.location) / "requirements.sha256"
    if stamp.is_file() and stamp.read_text("ascii") == digest:
        return
    # Only wheels: nothing may be compiled on the user's machine.
    session.install("--require-hashes", "--only-binary=:all:", "-r", str(path), silent=True)
    stamp.write_text(digest, "ascii")


def run_pipeline(session: nox.Session, *arguments: str) -> None:
    """Run `python -m pipeline …` in the session's environment."""
    install(session, "pipeline")
    session.run("python", "-m", "pipeline", *arguments)


@nox.session
def pipeline(session: nox.Session) -> None:
    """Any command of the builder: nox -s pipeline -- explain cpython@x86_64   (nox -s pipeline lists all)"""
    run_pipeline(session, *(session.posargs or ["--help"]))


@nox.session(name="build-full")
def build_full(session: nox.Session) -> None:
    """Build, probe and publish every artifact of release.yaml, the native Full interpreter first."""
    run_pipeline(session, "build", *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Build what is named: nox -s build -- NAME[==VERSION][@TARGET]…"""
    if not any(not argument.startswith("-") for argument in session.posargs):
        session.error("name what to build: nox -s build -- cpython@x86_64   (nox -s pipeline -- list shows all)")
    run_pipeline(session, "build", *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Resolve the toolchains to exact Debian packages and verify the archive's signatures."""
    run_pipeline(session, "lock", *session.posargs)


@nox.session
def train(session: nox.Session) -> None:
    """Run the instrumented build and its workloads; record the profile beside the recipe."""
    run_pipeline(session, "train", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Unit tests, then integration tests in real sandboxes; what could not run here is said last."""
    install(session, "dev")
    session.run("python", "-m", "pytest", *(session.posargs or ["tests/unit", "tests/integration"]))


@nox.session
def acceptance(session: nox.Session) -> None:
    """Tests against the really built artifacts of the working manifest (run build-full first)."""
    install(session, "dev")
    session.run("python", "-m", "pytest", *(session.posargs or ["tests/acceptance"]))


@nox.session
def lint(session: nox.Session) -> None:
    """Formatting, lint, types, import directions, schemas, workflows."""
    install(session, "dev")
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("mypy")
    session.run("lint-imports")
    session.run("python", "-m", "pipeline", "schemas")
    workflows = map(str, sorted(ROOT.glob(".github/workflows/*.yml")))
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)
    session.run("zizmor", "--offline", "--quiet", ".github/workflows")


@nox.session
def golden(session: nox.Session) -> None:
    """Write tests/unit/plan/golden.json anew, after a change that is meant to change keys; says which, and why."""
    install(session, "dev")
    session.run("python", "-m", "tests.unit.plan.golden")


@nox.session
def pin(session: nox.Session) -> None:
    """Resolve requirements/*.in to exact versions with hashes (writes requirements/*.txt)."""
    install(session, "pin")
    for name in ("pin", "nox", "pipeline", "harness", "browser", "dev"):
        session.run(
            "uv",
            "pip",
            "compile",
            "--quiet",
            "--universal",
            "--python-version=3.11",
            "--generate-hashes",
            "--no-emit-index-url",
            "--no-header",
            "--no-annotate",
            "--upgrade",
            f"requirements/{name}.in",
            f"--output-file=requirements/{name}.txt",
        )


@nox.session
def bench(session: nox.Session) -> None:
    """Measure: nox -s bench -- unchanged touch rootfs cold, of the runtime decision overhead wasi-start share"""
    install(session, "dev")
    session.run("python", "-m", "benchmarks.measure", *(session.posargs or ["unchanged", "touch"]))


def harness(session: nox.Session, *arguments: str) -> None:
    """Run `python -m harness …` in an environment that has its plots too."""
    install(session, "harness")
    session.run("python", "-m", "harness", *arguments)


@nox.session(name="bit-exact")
def bit_exact(session: nox.Session) -> None:
    """Every script on every tier and target, byte by byte: nox -s bit-exact -- --reference /usr/bin/python3.14"""
    harness(session, "bit-exact", *session.posargs)


@nox.session
def speed(session: nox.Session) -> None:
    """Workloads and start-up on every tier, in turns beside a reference CPython."""
    harness(session, "speed", *session.posargs)


@nox.session
def amortize(session: nox.Session) -> None:
    """One process that does its work once … a million times, on every tier beside a reference CPython."""
    harness(session, "amortize", *session.posargs)


@nox.session
def route(session: nox.Session) -> None:
    """Every script through the router: misroutes, the share sent to Light, decision time (after bit-exact)."""
    harness(session, "route", *session.posargs)


@nox.session
def adaptive(session: nox.Session) -> None:
    """Hot scripts again and again through the adaptive router's choice."""
    harness(session, "adaptive", *session.posargs)


@nox.session
def keep(session: nox.Session) -> None:
    """Take what was measured here as the release's own results: nox -s keep -- speed route"""
    if not session.posargs:
        session.error("name what to keep: nox -s keep -- speed route   (nox -s results shows all)")
    harness(session, "keep", *session.posargs)


@nox.session
def results(session: nox.Session) -> None:
    """Of what each kept result is, and whether it is stale (-- --measured: those that were measured here)"""
    harness(session, "results", *session.posargs)


@nox.session
def matrix(session: nox.Session) -> None:
    """Write docs/tiers.md from the release's results (-- --measured: a page of what was measured here)"""
    harness(session, "matrix", *session.posargs)


@nox.session(name="diff-tiers")
def diff_tiers(session: nox.Session) -> None:
    """Compare the tiers construct by construct; writes the tables that the router decides by."""
    install(session, "pipeline")
    session.run("python", "-m", "difftiers", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Light in a page, built and served on 127.0.0.1 (-- --check: the 40 scripts through the same files in Node)"""
    install(session, "browser")
    session.run("python", "-m", "pipeline", "build", "rustpython-browser")
    session.run("python", "-m", "harness.browser", *session.posargs)
