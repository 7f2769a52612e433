"""The profile store: what it remembers and for how long, its bounds, damage, read-only places, other versions."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slimepython.adaptive.profiles import DAYS, RECENT, ProfileStore, ScriptKey
from slimepython.router.signals import Tier

SCRIPT, OTHER, LIGHT, FULL = "a" * 64, "b" * 64, "1" * 64, "2" * 64
ON_LIGHT = ScriptKey(SCRIPT, Tier.LIGHT, LIGHT, "here")
ON_FULL = ScriptKey(SCRIPT, Tier.FULL, FULL, "here")


class Clock:
    def __init__(self) -> None:
        self.time = 1_800_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def store(tmp_path: Path, clock: Clock, said: list[str]) -> ProfileStore:
    return ProfileStore(tmp_path / "home" / "profiles.sqlite", say=said.append, now=clock)


def test_it_remembers_the_last_runs_of_each_tier(store: ProfileStore) -> None:
    assert store.history(SCRIPT, "here") == ()
    for n in range(8):
        assert store.record(ON_LIGHT, n / 10, True)
    store.record(ON_FULL, 0.25, True)
    full, light = sorted(store.history(SCRIPT, "here"), key=lambda profile: profile.tier)
    assert (light.runs, light.recent, light.ok) == (8, (0.3, 0.4, 0.5, 0.6, 0.7), True)
    assert len(light.recent) == RECENT
    assert (full.runs, full.recent) == (1, (0.25,))
    assert light.since == pytest.approx(0.25)
    assert full.since == 0


def test_other_scripts_machines_and_binaries_are_other_rows(store: ProfileStore) -> None:
    store.record(ON_LIGHT, 1.0, True)
    store.record(ScriptKey(OTHER, Tier.LIGHT, LIGHT, "here"), 2.0, True)
    store.record(ScriptKey(SCRIPT, Tier.LIGHT, LIGHT, "there"), 3.0, True)
    assert [profile.recent for profile in store.history(SCRIPT, "here", {Tier.LIGHT: LIGHT})] == [(1.0,)]
    assert store.history(SCRIPT, "here", {Tier.LIGHT: "9" * 64, Tier.FULL: FULL}) == ()


def test_without_naming_binaries_the_newest_row_of_a_tier_counts(store: ProfileStore, clock: Clock) -> None:
    store.record(ON_LIGHT, 1.0, True)
    clock.time += 60
    store.record(ScriptKey(SCRIPT, Tier.LIGHT, "9" * 64, "here"), 5.0, True)
    assert [profile.recent for profile in store.history(SCRIPT, "here")] == [(5.0,)]


def test_a_failed_trial_is_remembered_as_one(store: ProfileStore) -> None:
    store.record(ON_LIGHT, 0.2, False)
    assert [profile.ok for profile in store.history(SCRIPT, "here")] == [False]
    store.record(ON_LIGHT, 0.2, True)
    assert [profile.ok for profile in store.history(SCRIPT, "here")] == [True]


@pytest.mark.parametrize("days", [DAYS + 1, -DAYS - 1])
def test_what_is_old_or_from_the_future_is_as_good_as_none(store: ProfileStore, clock: Clock, days: int) -> None:
    store.record(ON_LIGHT, 9.0, True)
    clock.time += days * 86400
    assert store.history(SCRIPT, "here") == ()
    store.record(ON_LIGHT, 1.0, True)
    assert [profile.recent for profile in store.history(SCRIPT, "here")] == [(1.0,)]


def test_it_is_bounded_and_forgets_what_was_not_used_for_longest(tmp_path: Path, clock: Clock) -> None:
    store = ProfileStore(tmp_path / "p.sqlite", now=clock, rows=10)
    for n in range(25):
        clock.time += 1
        store.record(ScriptKey(f"{n:064x}", Tier.LIGHT, LIGHT, "here"), 1.0, True)
        with closing(sqlite3.connect(store.path)) as database:
            assert database.execute("select count(*) from profile").fetchone()[0] <= 10
    assert store.history(f"{0:064x}", "here") == ()
    assert store.history(f"{24:064x}", "here") != ()


def test_a_run_is_kept_even_if_the_clock_says_it_is_the_oldest(tmp_path: Path, clock: Clock) -> None:
    store = ProfileStore(tmp_path / "p.sqlite", now=clock, rows=4)
    for n in range(4):
        store.record(ScriptKey(f"{n:064x}", Tier.LIGHT, LIGHT, "here"), 1.0, True)
    clock.time -= 3600
    store.record(ON_LIGHT, 1.0, True)
    assert store.history(SCRIPT, "here") != ()


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_only_durations_are_recorded(store: ProfileStore, seconds: float) -> None:
    with pytest.raises(ValueError):
        store.record(ON_LIGHT, seconds, True)


@pytest.mark.parametrize(
    "damage", [b"not a database at all, but long enough to be looked at" * 20, b"SQLite format 3\0"]
)
def test_a_damaged_file_is_set_aside_and_it_starts_anew(store: ProfileStore, said: list[str], damage: bytes) -> None:
    store.record(ON_LIGHT, 1.0, True)
    store.path.write_bytes(damage + b"\xff" * 5000)
    assert store.record(ON_FULL, 0.5, True)
    assert [profile.tier for profile in store.history(SCRIPT, "here")] == [Tier.FULL]
    assert len(said) == 1
    assert "damaged" in said[0]
    assert Path(f"{store.path}.damaged").read_bytes().startswith(damage)


@settings(deadline=None, max_examples=40)
@given(data=st.binary(min_size=1, max_size=64), at=st.integers(0, 16_000))
def test_flipped_bytes_never_raise_nor_invent_what_cannot_be(
    data: bytes, at: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = ProfileStore(tmp_path_factory.mktemp("flip") / "p.sqlite")
    for n in range(8):
        store.record(ScriptKey(f"{n:064x}", Tier.LIGHT, LIGHT, "here"), 0.5, True)
    raw = bytearray(store.path.read_bytes())
    at = at % len(raw)
    raw[at : at + len(data)] = data
    store.path.write_bytes(raw)
    for n in range(8):
        for profile in store.history(f"{n:064x}", "here"):
            assert all(seconds >= 0 for seconds in profile.recent)
    store.record(ON_LIGHT, 1.0, True)


@pytest.mark.parametrize(
    "column", ["recent = '1 x'", "recent = '-4'", "tier = 'medium'", "recent = 'nan'", "recent = x'00'"]
)
def test_a_row_that_this_program_would_not_write_is_damage(store: ProfileStore, said: list[str], column: str) -> None:
    store.record(ON_LIGHT, 1.0, True)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as database:
        database.execute(f"update profile set {column}")
    assert store.history(SCRIPT, "here") == ()
    assert "damaged" in said[0]


def test_a_newer_format_is_left_alone(store: ProfileStore, said: list[str]) -> None:
    store.record(ON_LIGHT, 1.0, True)
    with closing(sqlite3.connect(store.path)) as database:
        database.execute("pragma user_version = 7")
    assert store.history(SCRIPT, "here") == ()
    assert not store.record(ON_LIGHT, 1.0, True)
    assert "version 7" in said[0]
    assert len(said) == 1
    assert not Path(f"{store.path}.damaged").exists()


def test_where_nothing_can_be_written_nothing_is_learnt(tmp_path: Path, said: list[str]) -> None:
    (tmp_path / "file").write_text("in the way")
    store = ProfileStore(tmp_path / "file" / "profiles.sqlite", say=said.append)
    assert store.history(SCRIPT, "here") == ()
    assert not store.record(ON_LIGHT, 1.0, True)
    assert len(said) == 1
    assert "nothing is learnt" in said[0]


def test_a_folder_where_the_file_should_be(tmp_path: Path, said: list[str]) -> None:
    (tmp_path / "profiles.sqlite").mkdir()
    assert not ProfileStore(tmp_path / "profiles.sqlite", say=said.append).record(ON_LIGHT, 1.0, True)
    assert len(said) == 1
