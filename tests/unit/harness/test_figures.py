"""What the harness makes of measurements: differences, ratios, crossovers, verdicts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import bitexact
from harness.amortize import crossover
from harness.corpus import Cause, Script
from harness.product import Answer, told
from harness.results import NotTheSameError
from harness.route import judge
from harness.runners import ARM, WASM, X86, Ran
from harness.speed import geometric_mean, ratios, workloads
from slimepython.router.signals import Decision, Platform, Tier

SCRIPT = Script("x", Path("/c/x/a.py"), "t", "w")
NATIVELY = Script("x", Path("/c/x/b.py"), "t", "w", must_be_full=("native",), cause=Cause.TEXTS)
CHANCE = Script(
    "x", Path("/c/x/d.py"), "t", "w", must_be_full=("native", "wasi"), cause=Cause.CHANCE, nondeterministic=True
)
LUCKY = Script("x", Path("/c/x/c.py"), "t", "w", unpromised=True, cause=Cause.TEXTS)


@dataclass
class Fake:
    """A runner that prints what it is told to."""

    name: str
    tier: str
    target: str
    out: bytes
    status: int = 0
    err: bytes = b""
    version: str = "fake 1"
    sha256: str | None = None
    more: itertools.count[int] | None = field(default=None)

    def run(self, script: Path, args: Sequence[str] = (), stdin: bytes = b"", dirs: Sequence[Path] = ()) -> Ran:
        out = self.out + (str(next(self.more)).encode() if self.more else b"")
        return Ran(self.status, out, self.err, 0.5)


FAKES = [
    Fake("reference", "reference", X86, b"1\n2\n"),
    Fake("full x86_64", "full", X86, b"1\n2\n"),
    Fake("full aarch64", "full", ARM, b"1\n2\n"),
    Fake("light x86_64", "light", X86, b"1\n3\n"),
    Fake("light wasm32", "light", WASM, b"1\n3\n", err=b"/c/x/a.py: no\n"),
    Fake("full wasm32", "full", WASM, b"1\n3\n", status=1),
]


def test_each_of_stdout_stderr_and_status_is_compared() -> None:
    one = Ran(0, b"a", b"b", 1.0)
    assert one.differs(Ran(0, b"a", b"b", 9.0)) == ()
    assert one.differs(Ran(1, b"A", b"B", 1.0)) == ("stdout", "stderr", "status")
    assert one.differs(Ran(None, b"a", b"b", 1.0)) == ("status",)


def test_rows_are_compared_with_the_baseline_the_native_build_and_full_on_the_same_target() -> None:
    rows = bitexact.run_all([SCRIPT, NATIVELY], FAKES, 2, lambda _: None)
    document = bitexact.document(rows, FAKES)
    runs = document["scripts"][0]["runs"]
    assert "differs" not in runs["reference"]
    assert runs["full x86_64"]["differs"] == []
    assert runs["full aarch64"] == {"status": 0, "seconds": 0.5, "clean": True, "differs": [], "as_native": True}
    assert runs["light x86_64"]["first"] == ["2", "3"]
    assert runs["light x86_64"]["as_full"] is False
    assert (runs["light wasm32"]["differs"], runs["light wasm32"]["clean"]) == (["stdout", "stderr"], False)
    assert runs["full wasm32"]["differs"] == ["stdout", "status"]
    assert bitexact.count(document, "full x86_64", "x") == (2, 2)
    assert bitexact.count(document, "light x86_64", "x") == (0, 2)
    assert bitexact.as_native(document, "light wasm32", "x") == (0, 2)
    assert len(bitexact.tables(document, [SCRIPT, NATIVELY])) == 4
    assert bitexact.wrong_marks(document, [SCRIPT, NATIVELY]) == [
        ("x/a.py", "native", "otherwise than Full"),
        ("x/a.py", "wasi", "otherwise than Full"),
        ("x/b.py", "wasi", "otherwise than Full"),
    ]


def test_the_first_difference_names_no_path_of_this_machine() -> None:
    ran, baseline = Ran(1, b"", b"/c/x/a.py: no", 0), Ran(1, b"", b"", 0)
    assert bitexact.first_difference(ran, baseline, b"/c/x") == ["(no such line)", "{corpus}/a.py: no"]
    assert bitexact.first_difference(Ran(2, b"", b"", 0), baseline, b"/c/x") == ["status 1", "status 2"]


def test_what_two_runs_disagree_about_is_expected_of_nobody(tmp_path: Path) -> None:
    script = Script("x", tmp_path / "a.py", "t", "w")
    with pytest.raises(ValueError, match=r"two runs"):
        bitexact.expect([script], Fake("r", "reference", X86, b"", more=itertools.count()), lambda _: None)
    said: list[str] = []
    assert bitexact.expect([script], Fake("r", "reference", X86, b"out", status=3), said.append) == 1
    assert "ended with 3" in said[0]


@given(st.lists(st.tuples(st.floats(0.01, 10), st.floats(0.01, 10)), min_size=1, max_size=9))
def test_a_ratio_is_taken_within_a_round(pairs: list[tuple[float, float]]) -> None:
    times = {"w": {"base": [a for a, _ in pairs], "other": [b for _, b in pairs]}}
    found = ratios(times, "base")["w"]
    assert found["base"] == 1
    assert min(a / b for a, b in pairs) <= found["other"] <= max(a / b for a, b in pairs)


def test_a_machine_that_slows_down_between_rounds_changes_no_ratio() -> None:
    assert ratios({"w": {"base": [1, 10, 100], "other": [2, 20, 200]}}, "base")["w"]["other"] == 0.5


def test_geometric_mean() -> None:
    assert geometric_mean([0.5, 2.0, 1.0]) == pytest.approx(1.0)


def test_crossover() -> None:
    assert crossover([(1, 0.5), (100, 2.0)]) == pytest.approx(10)
    assert crossover([(1, 0.5), (10, 0.9)]) is None
    assert crossover([]) is None


def decision(tier: Tier, platform: Platform) -> Decision:
    return Decision(tier, platform, platform is Platform.WASI, (), "", ())


RIGHT, WRONG = Ran(0, b"1", b"", 0.5), Ran(0, b"2", b"", 0.5)


@pytest.mark.parametrize(
    ("script", "decided", "platform", "ran", "on", "verdict"),
    [
        (SCRIPT, Tier.FULL, Platform.NATIVE, RIGHT, Tier.FULL, "full"),
        (SCRIPT, Tier.LIGHT, Platform.NATIVE, RIGHT, Tier.LIGHT, "light"),
        (SCRIPT, Tier.LIGHT, Platform.NATIVE, WRONG, Tier.LIGHT, "misroute"),
        (SCRIPT, Tier.LIGHT, Platform.WASI, RIGHT, Tier.FULL, "tried"),
        (SCRIPT, Tier.LIGHT, Platform.WASI, WRONG, Tier.FULL, "misroute"),
        (SCRIPT, Tier.FULL, Platform.NATIVE, WRONG, Tier.FULL, "misroute"),
        (SCRIPT, Tier.FULL, Platform.NATIVE, RIGHT, None, "misroute"),
        (LUCKY, Tier.LIGHT, Platform.NATIVE, RIGHT, Tier.LIGHT, "unpromised"),
        (NATIVELY, Tier.LIGHT, Platform.NATIVE, RIGHT, Tier.LIGHT, "misroute"),
        (NATIVELY, Tier.LIGHT, Platform.WASI, RIGHT, Tier.LIGHT, "light"),
        (CHANCE, Tier.FULL, Platform.NATIVE, WRONG, Tier.FULL, "full"),
        (CHANCE, Tier.LIGHT, Platform.NATIVE, RIGHT, Tier.LIGHT, "misroute"),
    ],
)
def test_verdicts(script: Script, decided: Tier, platform: Platform, ran: Ran, on: Tier | None, verdict: str) -> None:
    assert judge(script, decision(decided, platform), Answer(ran, on, ""), RIGHT) == verdict


STATS = b'{"tier": "light", "platform": "native", "seconds": 0.1, "because": "it was"}\n'


@pytest.mark.parametrize(
    ("err", "left", "tier"),
    [
        (STATS, b"", Tier.LIGHT),
        (b"oops\n" + STATS, b"oops\n", Tier.LIGHT),
        (b"no newline" + STATS, b"no newline", Tier.LIGHT),
        (STATS + STATS, STATS, Tier.LIGHT),
        (b"oops\n" + STATS + b"slimepython: it was ended\n", b"oops\nslimepython: it was ended\n", Tier.LIGHT),
        (b"oops\n", b"oops\n", None),
        (b'{"tier": "none"}\n', b'{"tier": "none"}\n', None),
        (b"", b"", None),
    ],
)
def test_what_a_run_says_of_itself_is_taken_off_its_stderr(err: bytes, left: bytes, tier: Tier | None) -> None:
    answer = told(Ran(0, b"out", err, 0.5))
    assert (answer.ran.err, answer.ran.out, answer.tier) == (left, b"out", tier)


def test_there_are_a_dozen_workloads() -> None:
    assert len(workloads()) >= 12
    assert issubclass(NotTheSameError, AssertionError)
