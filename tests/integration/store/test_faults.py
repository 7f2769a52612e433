"""Bad input 25: the store under kill -9 and a full disk at any point, and under several processes at once."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.sandbox.bwrap_options import find_bwrap
from pipeline.store import ActionResult, Digest, Store, StoreReason
from tests.integration.store.faults import FILLING, Deed, assert_whole, at_call, in_child, killed_at

KEY, OTHER = "a" * 64, "b" * 64
POINTS = 400


@pytest.fixture(autouse=True)
def _from_the_same_umask() -> Iterator[None]:
    old = os.umask(0o077)
    yield
    os.umask(old)


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """In memory, where there is such a folder: thousands of crashes on a disk take minutes."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="slimepython-test-", dir=memory) as name:
        yield Path(name)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "lib" / "deep").mkdir(parents=True)
    (folder / "lib" / "deep" / "a").write_bytes(b"a" * 10_000)
    (folder / "lib" / "b").write_bytes(b"b")
    (folder / "lib" / "b").chmod(0o755)
    (folder / "link").symlink_to("lib/b")
    return folder


def prepared(tmp_path: Path, source: Path) -> tuple[Path, Digest]:
    """A store with one recorded result."""
    root = tmp_path / "prepared"
    with Store(root) as store:
        digest = store.put_tree(source)
        store.record(OTHER, ActionResult({"out": digest}))
    return root, digest


def create(root: Path) -> None:
    Store(root).close()


def build(root: Path) -> None:
    """What an executor does with an action: scratch, output, import, result, and then its use."""
    with Store(root) as store:
        source = root.parent / "source"
        work = store.workdir("zlib")
        store.export(store.put_tree(source), work / "out")
        (work / "out" / "new").write_bytes(b"new")
        digest = store.adopt_tree(work / "out")
        store.record(KEY, ActionResult({"out": digest}, log=store.put_bytes(b"log")))
        store.checkout(digest)
        (work / "log").write_text("failed")
        store.keep_failed(work, "zlib")


def collect(root: Path) -> None:
    with Store(root) as store:
        store.gc(max_bytes=0)


def damage_and_verify(root: Path) -> None:
    with Store(root) as store:
        blob = next(path for path in sorted((root / "blobs").rglob("*")) if path.is_file())
        blob.write_bytes(blob.read_bytes()[:-1] + b"!")
        os.utime(blob, (0, 1767225600))
        store.verify()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("deed", [create, build, collect, damage_and_verify], ids=lambda deed: deed.__name__)
def test_25_killed_at_every_call_the_store_is_whole_and_the_work_can_be_done_again(
    tmp_path: Path, source: Path, deed: Deed
) -> None:
    pristine, _ = prepared(tmp_path, source)
    for number in range(1, POINTS):
        root = tmp_path / "store"
        if deed is not create:
            shutil.copytree(pristine, root, symlinks=True)
        was_killed = killed_at(number, root, deed)
        if deed is damage_and_verify:
            with Store(root) as store:
                store.verify()  # was cut short: finding the damage again is its job
            shutil.rmtree(root / "quarantine")
            (root / "quarantine").mkdir()
        assert_whole(root)
        deed(root)
        if deed is build:
            with Store(root) as store:
                assert store.result(KEY) is not None
                assert store.result(OTHER) is not None
        shutil.rmtree(root)
        if not was_killed:
            assert number > 5, "the calls were not counted"
            return
    pytest.fail(f"still not through after {POINTS} calls")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("deed", [create, build], ids=lambda deed: deed.__name__)
def test_25_a_disk_that_is_full_at_any_call_costs_that_work_only(tmp_path: Path, source: Path, deed: Deed) -> None:
    pristine, _ = prepared(tmp_path, source)
    for number in range(1, POINTS):
        root = tmp_path / "store"
        if deed is not create:
            shutil.copytree(pristine, root, symlinks=True)

        def run(number: int = number, root: Path = root) -> int:
            happened: list[str] = []

            def no_space(name: str) -> None:
                happened.append(name)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "a file")

            at_call(number, FILLING, no_space)
            try:
                deed(root)
            except StoreError as error:
                return 2 if error.reason is StoreReason.NO_SPACE and "pipeline gc" in error.hint else 3
            return 1 if happened else 0

        status = in_child(run)
        assert status in (0, 1, 2), status
        assert_whole(root)
        deed(root)
        shutil.rmtree(root)
        if status == 0:
            assert number > 5, "the calls were not counted"
            return
    pytest.fail(f"still not through after {POINTS} calls")


def test_25_a_file_size_limit_is_told_as_no_space_and_leaves_nothing(tmp_path: Path) -> None:
    """The kernel's own refusal, whoever runs this: writing past RLIMIT_FSIZE fails with EFBIG."""
    root, big = tmp_path / "store", tmp_path / "big"
    big.mkdir()
    (big / "file").write_bytes(b"x" * 3_000_000)
    Store(root).close()

    def run() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
        with Store(root) as store:
            with pytest.raises(StoreError) as caught:
                store.put_tree(big)
            assert caught.value.reason is StoreReason.NO_SPACE
            assert [path.name for path in (root / "work").rglob("t*")] == []
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            store.put_tree(big)
        return 0

    assert in_child(run) == 0
    assert_whole(root)


FULL_DISK = """
import shutil, sys
from pathlib import Path
from pipeline.errors import StoreError
from pipeline.store import Store
disk = Path(sys.argv[1])
(disk / "big").mkdir()
(disk / "big" / "file").write_bytes(b"x" * 2_500_000)
with Store(disk / "store") as store:
    try:
        store.put_tree(disk / "big")
    except StoreError as error:
        print(error.reason.value, "|", error.message)
    assert not [path for path in (disk / "store" / "blobs").rglob("*") if path.is_file()]
    digest = store.adopt_tree(disk / "big")
    store.check_tree(digest)
    print("adopted")
"""


def test_25_a_really_full_disk(tmp_path: Path) -> None:
    """A file system of 4 MB that cannot hold 2.5 MB twice: copying fails, moving works."""
    bwrap = find_bwrap()
    assert bwrap is not None
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [
            *(str(bwrap), "--unshare-user", "--bind", "/", "/", "--dev", "/dev"),
            *("--size", "4000000", "--tmpfs", str(tmp_path), "--chdir", str(root)),
            *("--", sys.executable, "-c", FULL_DISK, str(tmp_path)),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    refused, adopted = done.stdout.splitlines()
    assert refused.startswith("no-space | ")
    assert " of 4 MiB" in refused
    assert adopted == "adopted"


BUILDER = """
import os, sys, time
from pathlib import Path
from pipeline.store import ActionResult, Store
root, source, marks = map(Path, sys.argv[1:4])
with Store(root) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(5):
        key = format(number, "064x")
        with store.lock(key):
            if store.result(key) is None:
                with (marks / key).open("x"):
                    pass
                work = store.workdir("action")
                digest = store.put_tree(source)
                store.export(digest, work / "out")
                (work / "out" / "number").write_text(str(number))
                store.record(key, ActionResult({"out": store.adopt_tree(work / "out")}))
        result = store.result(key)
        assert (store.checkout(result.outputs["out"]) / "number").read_text() == str(number)
"""


def test_25_builders_at_once_do_each_action_once(tmp_path: Path, source: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    (source / "large").write_bytes(os.urandom(3_000_000))
    command = [sys.executable, "-c", BUILDER, str(tmp_path / "store"), str(source), str(marks)]
    builders = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for builder in builders:
        assert builder.stdout is not None
        assert builder.stdout.readline() == "ready\n"
    outcomes = []
    for builder in builders:
        assert builder.stdin is not None
        builder.stdin.write("go\n")
        builder.stdin.flush()
    for builder in builders:
        builder.communicate(timeout=60)
        outcomes.append(builder.returncode)
    # A second builder of the same action would have failed to make its mark.
    assert outcomes == [0, 0, 0, 0]
    assert len(list(marks.iterdir())) == 5
    assert_whole(tmp_path / "store")


def test_25_a_killed_builders_lock_is_free_and_its_scratch_goes(tmp_path: Path) -> None:
    root = tmp_path / "store"

    def run() -> int:
        store = Store(root)
        with store.lock("action"):
            (store.workdir("action") / "file").write_text("x")
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    assert in_child(run) == -signal.SIGKILL
    assert [path for path in (root / "work").rglob("file") if path.is_file()]
    waited: list[str] = []
    with Store(root) as store, store.lock("action", waited.append):
        assert waited == []
        assert not [path for path in (root / "work").rglob("file") if path.is_file()]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: it becomes an ordinary user and looks at what root may not")
def test_the_store_works_for_an_ordinary_user_too(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 65534, 65534)

    def run() -> int:
        os.setgid(65534)
        os.setuid(65534)
        locked = home / "out" / "locked"
        locked.mkdir(parents=True)
        (locked / "secret").write_text("x")
        (locked / "secret").chmod(0o000)
        locked.chmod(0o500)
        with Store(home / "store") as store:
            digest = store.adopt_tree(home / "out")
            assert (store.checkout(digest) / "locked" / "secret").read_text() == "x"
            work = store.workdir("work")
            (work / "folder").mkdir()
            (work / "folder" / "file").write_text("x")
            (work / "folder").chmod(0o500)
            store.remove_workdir(work)
            assert not work.exists()
        (home / "mine").mkdir(mode=0o500)
        with pytest.raises(StoreError) as caught:
            Store(home / "mine" / "store")
        assert caught.value.reason is StoreReason.NOT_WRITABLE
        return 0

    assert in_child(run) == 0
    assert_whole(home / "store")
