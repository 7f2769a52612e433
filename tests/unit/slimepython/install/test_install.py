"""slimepython.install.install: bad inputs 7, 11, 18 and 19, each leaving what was there before as it was."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import filelock
import pytest

from slimepython.errors import FetchError, InstallError
from slimepython.install import ready, tree
from slimepython.install.home import Home, HomeReason
from slimepython.install.install import install, locked
from slimepython.install.tables import verify_tables
from slimepython.install.verify import Change, Problem, require_intact, verify
from slimepython.release.source import FetchReason, FolderTransport, Source
from tests.unit.slimepython import forge
from tests.unit.slimepython.places import FULL, LIGHT, MACHINE, Place, snapshot


def good(place: Place) -> tuple[bytes, dict[str, Any]]:
    return forge.archive(), forge.artifact()


def test_it_is_installed_whole(place: Place) -> None:
    installed = place.install(place.release(good(place)))
    assert installed.entry.read_bytes() == forge.SCRIPT
    assert os.access(installed.entry, os.X_OK)
    assert not (installed.entry.stat().st_mode | installed.root.stat().st_mode) & 0o222
    assert [item.artifact.tier for item in place.home.installed()] == ["full", "light"]
    place.check_clean()


def test_the_disk_is_waited_for_before_the_rename(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    folders = place.home.installs

    def look(folder: Path) -> None:
        assert (folder / "root" / "bin" / "python3").exists()
        assert (folder / "manifest.json").exists()
        seen.append(sorted(path.name for path in folders.iterdir()))

    monkeypatch.setattr("slimepython.install.install.sync_file_system", look)
    place.install(place.release(good(place)))
    assert [len(names) for names in seen] == [1], "it was synchronised while only the other one was installed"


def test_a_second_time_nothing_is_fetched(place: Place) -> None:
    source = place.release(good(place))
    place.install(source)
    before = snapshot(place.home.installs)
    (Path(source.name) / forge.artifact()["file"]["path"]).unlink()
    place.install(source)
    assert snapshot(place.home.installs) == before


def test_7_new_manifest_old_archive(place: Place) -> None:
    """The old one is as long: only its digest tells."""
    made, other = forge.artifact(), bytearray(forge.archive())
    other[-1] ^= 1
    assert place.refuse(place.release((bytes(other), made))) == FetchReason.DIGEST_MISMATCH


def test_7_an_archive_with_another_tree_than_the_manifest_says(place: Place) -> None:
    assert place.refuse(place.release((forge.archive(), forge.artifact(tree="9" * 64)))) == HomeReason.WRONG_TREE


@pytest.mark.parametrize(
    ("change", "expected"),
    [(lambda data: data + b"!", FetchReason.TOO_LONG), (lambda data: data[:-1], FetchReason.TOO_SHORT)],
)
def test_8_length(place: Place, change: Any, expected: FetchReason) -> None:
    assert place.refuse(place.release((change(forge.archive()), forge.artifact()))) == expected


def test_11_an_archive_that_is_not_there(place: Place) -> None:
    source = place.release(good(place))
    (Path(source.name) / forge.artifact()["file"]["path"]).unlink()
    assert place.refuse(source) == FetchReason.NOT_FOUND


def test_no_program_in_the_archive(place: Place) -> None:
    made = forge.artifact(entry="bin/python4")
    assert place.refuse(place.release((forge.archive(), made))) == HomeReason.NO_ENTRY


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOSPC, HomeReason.NO_SPACE),
        (errno.EDQUOT, HomeReason.NO_SPACE),
        (errno.EFBIG, HomeReason.NO_SPACE),
        (errno.EIO, HomeReason.WRITE_FAILED),
    ],
)
@pytest.mark.parametrize("step", ["slimepython.install.install.sync_file_system", "slimepython.install.unpack._write"])
def test_18_no_space(place: Place, monkeypatch: pytest.MonkeyPatch, code: int, reason: HomeReason, step: str) -> None:
    def full(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(step, full)
    assert place.refuse(place.release(good(place))) == reason


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_18_read_only_home(place: Place, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """As the system answers it: root, as whom this test may run, is not refused by permissions."""
    mkdir = Path.mkdir

    def refuse(path: Path, *args: Any, **options: Any) -> None:
        if place.home.path in path.parents:
            raise OSError(code, os.strerror(code), str(path))
        mkdir(path, *args, **options)

    monkeypatch.setattr(Path, "mkdir", refuse)
    source = place.release(good(place))
    assert place.refuse(source) == HomeReason.NOT_WRITABLE


def test_18_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    source = Place(tmp_path).release((forge.archive(), forge.artifact()))
    with pytest.raises(InstallError) as caught:
        Place(tmp_path).install(source)
    assert caught.value.reason == HomeReason.WRITE_FAILED


def test_18_a_lock_that_is_held(place: Place) -> None:
    source = place.release(good(place))
    before = snapshot(place.home.installs)
    with filelock.FileLock(place.home.lock), pytest.raises(InstallError) as caught:
        install(place.home, source, FULL, MACHINE, lock_seconds=0.01)
    assert caught.value.reason == HomeReason.BUSY
    assert snapshot(place.home.installs) == before


def test_18_a_stale_lock(place: Place) -> None:
    """The file of a lock whose holder is gone, with another's number in it, holds up nobody."""
    place.home.lock.write_text("999999\n", "ascii")
    place.install(place.release(good(place)))
    place.check_clean()


def test_18_what_a_killed_one_left_is_cleared_away(place: Place) -> None:
    left = place.home.scratch / "install-dead" / "root"
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"x")
    left.chmod(0o555)
    place.install(place.release(good(place)))
    place.check_clean()


@pytest.mark.parametrize("years", [-10, 10])
def test_18_a_clock_ten_years_off(place: Place, monkeypatch: pytest.MonkeyPatch, years: int) -> None:
    """No step looks at the clock: files have the archive's time; a lock, and what was left, are judged without."""
    now, off = time.time(), years * 365.25 * 86400
    monkeypatch.setattr(time, "time", lambda: now + off)
    left = place.home.scratch / "install-dead"
    left.mkdir(parents=True)
    place.home.lock.touch()
    for path in (left, place.home.lock):  # of a run by another clock
        os.utime(path, (now - off, now - off))
    installed = place.install(place.release(good(place)))
    assert installed.entry.stat().st_mtime == forge.MTIME
    place.check_clean()
    for path in (place.home.installs, installed.root.parent, installed.entry):
        os.utime(path, (now + off, now + off))
    assert verify(installed) == ()
    before = snapshot(place.home.installs)
    place.install(place.release(good(place)))
    assert snapshot(place.home.installs) == before, "nothing is too old or too new to be left alone"


def test_a_damaged_installation_is_replaced(place: Place) -> None:
    source = place.release(good(place))
    installed = place.install(source)
    installed.entry.chmod(0o755)
    installed.entry.write_bytes(b"#!/bin/sh\necho evil\n")
    place.install(source)
    assert installed.entry.read_bytes() == forge.SCRIPT
    place.check_clean()


def test_the_manifest_that_stays_is_strict_too(place: Place) -> None:
    installed = place.install(place.release(good(place)))
    path = installed.root.parent / "manifest.json"
    document = json.loads(path.read_text("utf-8"))
    assert [item["name"] for item in document["artifacts"]] == ["cpython"]
    path.write_text(json.dumps({**document, "schema": "2.0"}), "utf-8")
    with pytest.raises(InstallError) as caught:
        place.home.installed()
    assert caught.value.reason == HomeReason.DAMAGED


def writable(path: Path) -> Path:
    path.chmod(0o755)
    return path


def changes(installed_root: Path) -> dict[str, Change]:
    home = Home(installed_root.parents[2])
    found = next(item for item in home.installed() if item.root == installed_root)
    with pytest.raises(InstallError) as caught:
        require_intact(found)
    assert caught.value.reason == HomeReason.CHANGED
    return {os.path.relpath(problem.path, installed_root): problem.change for problem in verify(found)}


@pytest.fixture
def root(place: Place) -> Path:
    """The top folder of what was just installed."""
    return place.install(place.release(good(place))).root


def test_19_a_swapped_binary_is_named(root: Path) -> None:
    writable(root / "bin" / "python3.14").write_bytes(forge.SCRIPT.replace(b"ran", b"RAN"))
    assert changes(root) == {"bin/python3.14": Change.CONTENT}


def test_19_a_link_turned_elsewhere_is_named(root: Path) -> None:
    writable(root / "bin")
    (root / "bin" / "python3").unlink()
    (root / "bin" / "python3").symlink_to("/bin/sh")
    assert changes(root) == {"bin/python3": Change.CONTENT}


def test_19_a_planted_pyc_is_named(root: Path) -> None:
    writable(root / "lib")
    (root / "lib" / "__pycache__").mkdir()
    (root / "lib" / "__pycache__" / "os.cpython-314.pyc").write_bytes(b"evil")
    assert changes(root) == {
        "lib/__pycache__": Change.EXTRA,
        "lib/__pycache__/os.cpython-314.pyc": Change.EXTRA,
    }


def test_19_what_else_can_differ(root: Path) -> None:
    writable(root / "lib")
    (root / "lib" / "os.py").unlink()
    (root / "lib" / "os.py").symlink_to("posix.py")
    (root / "pyvenv.cfg").write_text("home = /evil", "ascii")
    (root / "bin" / "python3.14").chmod(0o4755)
    assert changes(root) == {
        "lib/os.py": Change.KIND,
        "pyvenv.cfg": Change.EXTRA,
        "bin/python3.14": Change.MODE,
    }


def test_19_what_is_missing(root: Path) -> None:
    writable(root / "lib")
    (root / "lib" / "os.py").unlink()
    (root / "lib").rmdir()
    assert changes(root) == {"lib": Change.MISSING, "lib/os.py": Change.MISSING}


def test_19_a_changed_record_is_named(root: Path) -> None:
    """A binary swapped together with the record of its digest: the record itself is vouched for by the manifest."""
    record = root.parent / tree.RECORD
    writable(root / "bin" / "python3.14").write_bytes(b"evil")
    old, new = (hashlib.sha256(data).hexdigest() for data in (forge.SCRIPT, b"evil"))
    record.write_text(record.read_text("utf-8").replace(old, new), "utf-8")
    assert changes(root) == {"../tree.json": Change.CONTENT}


def test_19_something_beside_the_files_is_named(root: Path) -> None:
    (root.parent / "evil").touch()
    assert changes(root) == {"../evil": Change.EXTRA}


class TestReady:
    """What `run` trusts without hashing anything."""

    @pytest.fixture
    def noted(self, root: Path) -> tuple[str, Path]:
        home = str(root.parents[2])
        entry = root / "bin" / "python3"
        ready.note(home, "full-native", (str(entry), "d" * 64, str(root), ""), f"{home}/installs")
        assert ready.lookup(home, "full-native") == (str(entry), "d" * 64, str(root), "")
        return home, root

    def test_19_a_swapped_binary_is_noticed(self, noted: tuple[str, Path]) -> None:
        home, root = noted
        writable(root / "bin" / "python3.14").write_bytes(forge.SCRIPT.replace(b"ran", b"RAN"))
        assert ready.lookup(home, "full-native") is None

    def test_19_even_with_its_times_set_back(self, noted: tuple[str, Path]) -> None:
        home, root = noted
        entry = writable(root / "bin" / "python3.14")
        entry.write_bytes(forge.SCRIPT.replace(b"ran", b"RAN"))
        entry.chmod(0o555)
        os.utime(entry, (forge.MTIME, forge.MTIME))
        assert ready.lookup(home, "full-native") is None

    def test_19_a_planted_pyc_is_noticed(self, noted: tuple[str, Path]) -> None:
        home, root = noted
        (writable(root / "lib") / "evil.pyc").write_bytes(b"x")
        (root / "lib").chmod(0o555)
        assert ready.lookup(home, "full-native") is None

    def test_another_installation_is_noticed(self, noted: tuple[str, Path], place: Place) -> None:
        home, _ = noted
        made = forge.artifact(version="3.14.8")
        data = forge.archive({**forge.FILES, "z": b""})
        made = forge.artifact(data, version="3.14.8", tree=forge.tree({**forge.FILES, "z": b""}))
        place.install(place.release((data, made), name="newer"))
        assert ready.lookup(home, "full-native") is None

    def test_another_machine_looks_for_itself(self, noted: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
        system = os.uname()
        monkeypatch.setattr(os, "uname", lambda: os.uname_result((system[0], "other", *system[2:])))
        assert ready.lookup(noted[0], "full-native") is None

    @pytest.mark.parametrize("text", ["", "nonsense", "slimepython ready 1\n\n", "\0"])
    def test_a_damaged_note(self, noted: tuple[str, Path], text: str) -> None:
        Path(noted[0], "ready", "full-native").write_text(text, "utf-8")
        assert ready.lookup(noted[0], "full-native") is None

    def test_that_there_is_nothing_is_noted_too(self, noted: tuple[str, Path]) -> None:
        home, _ = noted
        ready.note(home, "light-wasi", ready.NONE, f"{home}/installs")
        assert ready.lookup(home, "light-wasi") == ready.NONE

    def test_18_what_a_killed_writer_left_is_cleared_away(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        home = str(place.home.path)

        def killed(source: str, target: str) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(os, "replace", killed)
            with pytest.raises(KeyboardInterrupt):
                ready.note(home, "full-native", ready.NONE, home)
        assert len(list(Path(home, "ready").iterdir())) == 1
        ready.note(home, "light-native", ready.NONE, home)
        place.install(place.release(good(place)))
        assert [path.name for path in Path(home, "ready").iterdir()] == ["light-native"]

    def test_18_a_home_that_cannot_be_written_to(self, tmp_path: Path) -> None:
        (tmp_path / "ready").touch()
        ready.note(str(tmp_path), "full-native", ready.NONE, str(tmp_path))
        assert [path.name for path in tmp_path.iterdir()] == ["ready"]


class TestTables:
    """What two tiers answer equally: taken as the manifest lists it, or not at all."""

    NAME = Path(forge.table(forge.artifact(), forge.light()[1])[1]["path"]).name

    def release(self, place: Place, *tables: tuple[bytes, dict[str, Any]]) -> Source:
        folder = forge.release(place.folder / "release", [good(place), forge.light()], tables)
        return Source(str(folder), FolderTransport(folder))

    def listed(self, content: bytes = b"{}") -> tuple[bytes, dict[str, Any]]:
        return forge.table(forge.artifact(), forge.light()[1], content)

    def test_it_is_copied_and_replaced(self, place: Place) -> None:
        for wish, content in ((LIGHT, b"{}"), (FULL, b'{"new": 1}')):
            place.install(self.release(place, self.listed(content)), wish)
            assert (place.home.tiers / self.NAME).read_bytes() == content
        place.check_clean()

    def test_one_that_is_not_listed_is_not_taken(self, place: Place) -> None:
        source = self.release(place)
        for folder in ("tiers", "sha256"):
            (Path(source.name) / folder).mkdir(exist_ok=True)
            (Path(source.name) / folder / self.NAME).write_text("{}", "ascii")
        place.install(source)
        assert not place.home.tiers.exists()

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"[]", FetchReason.DIGEST_MISMATCH),
            (b"{} ", FetchReason.TOO_LONG),
            (b"{", FetchReason.TOO_SHORT),
            (None, FetchReason.NOT_FOUND),
        ],
    )
    def test_7_one_that_is_not_what_the_manifest_says(
        self, place: Place, content: bytes | None, reason: FetchReason
    ) -> None:
        source = self.release(place, self.listed())
        path = Path(source.name) / self.listed()[1]["path"]
        path.unlink() if content is None else path.write_bytes(content)
        with pytest.raises(FetchError) as caught:
            place.install(source)
        assert caught.value.reason == reason
        assert not place.home.tiers.exists()
        place.check_clean()

    def test_one_of_others_is_left_where_it_is(self, place: Place) -> None:
        other = forge.artifact(version="3.14.8", file={"path": "x", "size": 1, "sha256": "d" * 64})
        place.install(self.release(place, forge.table(other, forge.light()[1])))
        assert not place.home.tiers.exists()

    def test_they_are_verified(self, place: Place) -> None:
        assert verify_tables(place.home) == ()
        place.install(self.release(place, self.listed()))
        assert verify_tables(place.home) == ()
        path = place.home.tiers / self.NAME
        harms: list[tuple[Change, Callable[[], object]]] = [
            (Change.CONTENT, partial(path.write_bytes, b"[]")),
            (Change.MISSING, path.unlink),
            (Change.UNREADABLE, path.mkdir),
        ]
        for change, harm in harms:
            harm()
            assert verify_tables(place.home) == (Problem(str(path), change),)
        path.rmdir()
        place.install(self.release(place, self.listed(b'{"new": 1}')))
        assert verify_tables(place.home) == ()
        planted = place.home.tiers / "planted.json"
        planted.write_bytes(b"{}")
        assert verify_tables(place.home) == (Problem(str(planted), Change.EXTRA),)
        record = place.home.tiers / "tables.json"
        for broken in (b"{", b"[]"):
            record.write_bytes(broken)
            assert verify_tables(place.home) == (Problem(str(record), Change.CONTENT),)
        place.install(self.release(place, self.listed()))
        planted.unlink()
        assert verify_tables(place.home) == ()


def test_the_lock_is_let_go_whatever_happens(place: Place) -> None:
    with pytest.raises(ZeroDivisionError), locked(place.home):
        raise ZeroDivisionError
    with locked(place.home, seconds=0.01):
        pass
