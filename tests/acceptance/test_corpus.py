"""The corpora on the published Full interpreters: byte by byte what a distribution's own CPython 3.14 gave."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.corpus import FORTY, Script, load
from harness.reference import upstream
from harness.runners import ARM, SECONDS, WASM, X86, Process, Runner, Sandboxed, emulated
from slimepython.install.home import Home, Installed
from slimepython.install.install import install
from slimepython.release.machine import this_machine
from slimepython.release.resolve import Wish
from slimepython.release.source import open_source

ROOT = Path(__file__).parents[2]
PINNED = [script for script in load() if script.comparable]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("home"))


def installed(home: Home, tier: str, target: str) -> Installed:
    wish = Wish(tier=tier, target=target, foreign=target == ARM)
    return install(home, open_source(str(ROOT / "artifacts")), wish, this_machine())


def process(item: Installed, prefix: tuple[str, ...] = ()) -> Process:
    artifact = item.artifact
    return Process("it", str(artifact.tier), artifact.target, artifact.version, item.entry, prefix=prefix)


@pytest.fixture(scope="session")
def full(home: Home) -> Runner:
    return process(installed(home, "full", X86))


@pytest.fixture(scope="session")
def full_arm(home: Home) -> Runner:
    prefix = emulated(print)
    assert prefix is not None
    return process(installed(home, "full", ARM), prefix)


@pytest.fixture(scope="session")
def full_wasm(home: Home) -> Runner:
    return Sandboxed(installed(home, "full", WASM))


@pytest.fixture(scope="session")
def light(home: Home) -> Runner:
    return process(installed(home, "light", X86))


@pytest.fixture(scope="session")
def light_wasm(home: Home) -> Runner:
    return Sandboxed(installed(home, "light", WASM))


def check(runner: Runner, script: Script) -> None:
    ran, expected = runner.run(script.path, script.args, script.stdin), script.expected()
    assert expected is not None
    assert ran.out == expected.out
    assert ran.err == expected.err
    assert ran.status == expected.status
    assert ran.seconds < SECONDS


@pytest.mark.parametrize("script", PINNED, ids=lambda script: script.id)
def test_full(full: Runner, script: Script) -> None:
    check(full, script)


@pytest.fixture(scope="session")
def upstreams() -> Runner:
    found = upstream(print)
    assert found is not None
    return found


@pytest.mark.parametrize("script", load(FORTY), ids=lambda script: script.id)
def test_the_same_version_as_upstream_builds_it(upstreams: Runner, script: Script) -> None:
    check(upstreams, script)


@pytest.mark.parametrize("script", load(FORTY), ids=lambda script: script.id)
def test_full_on_the_other_processor(full_arm: Runner, script: Script) -> None:
    check(full_arm, script)


@pytest.mark.parametrize("script", load(FORTY), ids=lambda script: script.id)
def test_full_in_wasm(full_wasm: Runner, script: Script) -> None:
    check(full_wasm, script)


def test_light_answers_the_forty_but_for_the_words_of_one_error(light: Runner, light_wasm: Runner) -> None:
    differing = []
    for script in load(FORTY):
        native, wasm, expected = light.run(script.path), light_wasm.run(script.path), script.expected()
        assert expected is not None
        assert not native.differs(wasm), script.id
        if (native.status, native.out, native.err) != (expected.status, expected.out, expected.err):
            differing.append((script.id, expected.out.splitlines(), native.out.splitlines()))
    assert [name for name, _, _ in differing] == ["realworld/shape_protocol.py"]
    (_, theirs, ours) = differing[0]
    changed = [line for line, other in zip(theirs, ours, strict=True) if line != other]
    assert all(b"Can't instantiate abstract class" in line for line in changed)
    assert len(changed) == 2


@pytest.mark.parametrize("script", [item for item in load() if item.nondeterministic], ids=lambda script: script.id)
def test_what_is_said_to_change_from_run_to_run_does(full: Runner, script: Script) -> None:
    assert len({full.run(script.path).out for _ in range(6)}) > 1
