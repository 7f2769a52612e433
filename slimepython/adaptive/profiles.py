"""What measured runs taught, kept in a small database; imports the router's types only.

One row for each script, tier, binary and machine: another binary is another row, so a new release is explored anew.
Nothing here is worth stopping for: a store that cannot be opened, read or written learns nothing and says so once.
The database is SQLite's, with a write-ahead log and without waiting for the disk: several processes may use it at
once, kill -9 leaves it whole, and a power cut may damage it, which is noticed, said, and mended by starting anew.
"""

from __future__ import annotations

import fcntl
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from slimepython.router.signals import Tier

if TYPE_CHECKING:
    import sqlite3

_T = TypeVar("_T")

RECENT: Final = 5
"""How many of the last runs of a row are remembered one by one."""
ROWS: Final = 4000
"""How many rows are kept (about 1 MB); those not used for longest go first."""
DAYS: Final = 30
"""A row whose last run is older is as good as none: the machine may be another by then."""
BUSY_SECONDS: Final = 0.5
"""How long to wait for another process that writes; what was measured is lost after that."""
_VERSION: Final = 1
_SPARE: Final = 100
"""Rows are thrown away this many at a time, so that not every run has to."""
_SCHEMA: Final = """
create table if not exists profile (
  script text not null, machine text not null, tier text not null, binary text not null,
  runs integer not null, ok integer not null, recent text not null,
  spent real not null, mark real not null, at real not null,
  primary key (script, machine, tier, binary)
) without rowid;
create index if not exists profile_at on profile (at);
"""


@dataclass(frozen=True)
class ScriptKey:
    """What a measurement is of: digests are sha256 in hex, `machine` tells machines of other speeds apart."""

    script_sha256: str
    tier: Tier
    binary_sha256: str
    machine: str


@dataclass(frozen=True)
class Profile:
    """What is known of a script on one tier. `recent` are seconds of its last runs, newest last, at most `RECENT`."""

    tier: Tier
    runs: int
    recent: tuple[float, ...]
    ok: bool
    """Whether its last run counted: a trial on Light whose outcome was thrown away did not."""
    since: float = 0.0
    """Seconds that this script has run on other tiers since it last ran on this one."""


def _silent(message: str) -> None:
    del message


class ProfileStore:
    """The profiles of one user on one machine. Never raises for what is wrong with the file: `say` is told, once."""

    def __init__(
        self,
        path: Path,
        *,
        say: Callable[[str], None] = _silent,
        now: Callable[[], float] = time.time,
        rows: int = ROWS,
    ) -> None:
        self.path = path
        self._say = say
        self._now = now
        self._rows = rows
        self._said = False

    def record(self, key: ScriptKey, seconds: float, ok: bool) -> bool:  # noqa: FBT001 - the contract's order
        """Remember one run; `ok` is False for a trial whose outcome was thrown away. Tells whether it was kept.

        Raises ValueError for what is no duration.
        """
        if not (math.isfinite(seconds) and seconds >= 0):
            raise ValueError(f"{seconds} is no number of seconds")

        def write(database: sqlite3.Connection) -> bool:
            database.execute("begin immediate")
            self._write(database, key, seconds, ok=ok)
            database.execute("commit")
            return True

        return bool(self._attempt(write))

    def history(
        self, script_sha256: str, machine: str, binaries: Mapping[Tier, str] | None = None
    ) -> tuple[Profile, ...]:
        """What is known of a script here, at most one profile a tier, none older than `DAYS`.

        `binaries` are the digests of the programs there are now: rows of others are left out. Without it the newest
        row of each tier counts.
        """
        found = self._attempt(lambda database: tuple(self._read(database, script_sha256, machine, binaries)))
        return found or ()

    def _write(self, database: sqlite3.Connection, key: ScriptKey, seconds: float, *, ok: bool) -> None:
        where = (key.script_sha256, key.machine, key.tier.value, key.binary_sha256)
        total = database.execute(
            "select coalesce(sum(spent), 0) from profile where script = ? and machine = ?", where[:2]
        ).fetchone()[0]
        row = database.execute(
            "select recent, at from profile where script = ? and machine = ? and tier = ? and binary = ?", where
        ).fetchone()
        now = self._now()
        recent = _floats(row[0]) if row is not None and self._fresh(row[1], now) else []
        database.execute(
            "insert into profile values (?, ?, ?, ?, 1, ?, ?, ?, ?, ?) on conflict do update set"
            " runs = runs + 1, ok = excluded.ok, recent = excluded.recent, spent = spent + excluded.spent,"
            " mark = excluded.mark, at = excluded.at",
            (*where, int(ok), " ".join(map(repr, [*recent, seconds][-RECENT:])), seconds, total + seconds, now),
        )
        count = database.execute("select count(*) from profile").fetchone()[0]
        if count > self._rows:
            # The very row that was written may not be the one to go, whatever the clock says.
            database.execute(
                "delete from profile where (script, machine, tier, binary) in (select script, machine, tier, binary"
                " from profile where (script, machine, tier, binary) <> (?, ?, ?, ?) order by at limit ?)",
                (*where, count - self._rows + min(_SPARE, self._rows // 2)),
            )

    def _read(
        self, database: sqlite3.Connection, script: str, machine: str, binaries: Mapping[Tier, str] | None
    ) -> Iterator[Profile]:
        rows = database.execute(
            "select tier, binary, runs, ok, recent, spent, mark, at from profile where script = ? and machine = ?"
            " order by at desc",
            (script, machine),
        ).fetchall()
        total, now = sum(row[5] for row in rows), self._now()
        seen: set[Tier] = set()
        for tier_name, binary, runs, ok, recent, _, mark, at in rows:
            tier = Tier(tier_name)
            wanted = tier not in seen if binaries is None else binaries.get(tier) == binary
            seconds = _floats(recent)
            if wanted and seconds and self._fresh(at, now):
                seen.add(tier)
                yield Profile(tier, int(runs), tuple(seconds), bool(ok), max(0.0, total - mark))

    @staticmethod
    def _fresh(at: float, now: float) -> bool:
        """A clock that was set back makes no row immortal: what is from the future is old too."""
        return abs(now - at) <= DAYS * 86400

    def _attempt(self, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """Do it; after damage start anew and do it once more. None if there is nothing to be learnt here."""
        try:
            import sqlite3
        except ImportError:
            self._give_up("this Python has no sqlite3")
            return None
        for again in (False, True):
            try:
                with closing(self._open()) as database:
                    return work(database)
            except (sqlite3.OperationalError, OSError) as error:
                # Busy, read-only, no space, no folder, another version's: the file is not to blame.
                self._give_up(str(error))
                return None
            except (sqlite3.DatabaseError, ValueError, TypeError, AttributeError) as error:
                if again or not self._start_anew(str(error)):
                    self._give_up(str(error))
                    return None
        return None

    def _open(self) -> sqlite3.Connection:
        import sqlite3

        self.path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            version = database.execute("pragma user_version").fetchone()[0]
            if version not in (0, _VERSION):
                raise sqlite3.OperationalError(f"it is of version {version} of its format, not {_VERSION}")
            database.execute("pragma synchronous = off")
            if version != _VERSION:
                database.execute("pragma journal_mode = wal")
                # `if not exists`: another process may be doing the same.
                database.executescript(f"begin immediate; {_SCHEMA} pragma user_version = {_VERSION}; commit;")
        except BaseException:
            database.close()
            raise
        return database

    def _start_anew(self, problem: str) -> bool:
        """Set the damaged file aside, unless another process just did."""
        with _alone(self.path) as alone:
            if not alone:
                return False
            if self._is_damaged():
                for suffix in ("-wal", "-shm"):
                    Path(f"{self.path}{suffix}").unlink(missing_ok=True)
                self.path.replace(f"{self.path}.damaged")
                self._tell(f"{self.path} was damaged ({problem}); what it had learnt is forgotten")
        return True

    def _is_damaged(self) -> bool:
        import sqlite3

        try:
            with closing(self._open()) as database:
                for row in database.execute("select tier, recent from profile"):
                    Tier(row[0]), _floats(row[1])
                return bool(database.execute("pragma quick_check").fetchone()[0] != "ok")
        except sqlite3.OperationalError:
            return False
        except (sqlite3.DatabaseError, ValueError, TypeError, AttributeError):
            return True

    def _give_up(self, problem: str) -> None:
        self._tell(f"nothing is learnt from this run: {self.path}: {problem}")

    def _tell(self, message: str) -> None:
        if not self._said:
            self._said = True
            self._say(message)


def _floats(text: str) -> list[float]:
    """Raises ValueError, AttributeError for what this program would not have written."""
    values = [float(value) for value in text.split()]
    if not all(math.isfinite(value) and value >= 0 for value in values):
        raise ValueError("no durations")
    return values


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Hold a lock beside the file; False if it cannot be had."""
    try:
        handle = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield False
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield True
    finally:
        os.close(handle)
