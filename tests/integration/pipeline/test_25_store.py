"""Bad input 25: a flipped bit, two builders at once, no space, a store from a newer version."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.pipeline.processes import wait_for_event
from tests.integration.pipeline.workspace import TARGET, Workspace, finish

MIB = 1 << 20


def build_of(name: str) -> str:
    return f"build/{name}-1.0@{TARGET}"


def flipped(small: Workspace, content: bytes) -> Path:
    """The store's blob of this content, with one bit changed."""
    name = hashlib.sha256(content).hexdigest()
    blob = small.store / "blobs" / name[:2] / name
    assert blob.read_bytes() == content
    blob.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    return blob


def test_25_a_flipped_bit_is_found_and_only_its_action_runs_again(small: Workspace) -> None:
    small.add("one", "echo one > $OUT/one")
    small.add("two", "cat /deps/one > $OUT/two; echo two >> $OUT/two", dependencies=["one"])
    small.add("three", "echo three > $OUT/three")
    assert small.build("two", "three").status == 0
    blob = flipped(small, b"one\n")
    assert small.build("two", "three").summary["built"] == {}, "a build does not hash the whole store"
    found = small.run("gc", "--verify")
    found.says(blob.name, "has other bytes than its name says")
    again = small.build("two", "three")
    assert again.status == 0
    assert again.summary["built"].keys() == {build_of("one")}
    assert blob.read_bytes() == b"one\n"
    small.run("gc", "--verify").says("everything in the store is whole")


def test_25_a_flipped_bit_is_not_built_upon(small: Workspace) -> None:
    small.add("one", "echo one > $OUT/one")
    small.add("two", "cp /deps/one $OUT/two", dependencies=["one"])
    assert small.build("two").status == 0
    blob = flipped(small, b"one\n")
    small.add("two", "cp /deps/one $OUT/other", dependencies=["one"])
    ran = small.build("two")
    assert ran.status == 6
    assert [(f["action"], f["reason"]) for f in ran.summary["failures"]] == [(build_of("two"), "damaged")]
    assert ran.summary["built"] == {}
    assert not list((small.store / "work").iterdir())
    again = small.build("two")
    assert again.status == 0, again.err
    assert again.summary["built"].keys() == {build_of("one"), build_of("two")}
    assert blob.read_bytes() == b"one\n"
    small.run("gc", "--verify").says("everything in the store is whole")


def test_25_two_builders_do_the_work_once(small: Workspace, tmp_path: Path) -> None:
    small.add("slow", "echo working; sleep 5; cat /proc/sys/kernel/random/uuid > $OUT/uuid")
    small.add("user", "cat /deps/uuid > $OUT/copy", dependencies=["slow"])
    other = small.beside(tmp_path / "another" / "folder")
    first = small.start("build", "--json", "user")
    wait_for_event(first, event="line", action=build_of("slow"), text="working")
    second = other.start("build", "--json", "user")
    wait_for_event(second, event="started", action=build_of("slow"))
    rans = [finish(process) for process in (first, second)]
    assert [ran.status for ran in rans] == [0, 0]
    assert build_of("slow") in rans[0].summary["built"]
    assert build_of("slow") not in rans[1].summary["built"]
    notes = [event["text"] for event in rans[1].events if event["event"] == "note"]
    assert f"{build_of('slow')} is being built by another process: waiting for its result" in notes
    # Whoever was first with the second action: it ran once.
    assert sum(build_of("user") in ran.summary["built"] for ran in rans) == 1
    assert small.build("user").summary["built"] == {}


def test_25_a_store_from_a_newer_version(small: Workspace) -> None:
    small.add("one", "echo one > $OUT/one")
    assert small.build("one").status == 0
    (small.store / "FORMAT").write_text("999\n", "ascii")
    ran = small.run("build", "one")
    assert ran.status == 6
    ran.says("has format 999", "[newer-format]", "next:")
    (small.store / "FORMAT").write_text("1\n", "ascii")
    assert small.build("one").summary["built"] == {}, "nothing was changed"


@pytest.fixture
def little_disk(small: Workspace) -> Iterator[Workspace]:
    """The small project on a store that is a disk of one MiB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a little disk")
    small.store.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=20k", "none", str(small.store)], check=False
    )
    if done.returncode:
        pytest.skip("root may not mount here")
    try:
        yield small
    finally:
        subprocess.run(["umount", str(small.store)], check=True)


def resize(small: Workspace, mib: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={mib}m", str(small.store)], check=True)


def test_25_no_space_for_a_root_file_system(little_disk: Workspace) -> None:
    little_disk.add("one", "echo one > $OUT/one")
    ran = little_disk.run("build", "one")
    assert ran.status == 6
    ran.says("✗ rootfs/test-busybox", "no space left", "next", "-m pipeline gc")
    assert not list((little_disk.store / "results").glob("*/*")), "nothing half-done is recorded"
    assert not list((little_disk.store / "work").iterdir())
    resize(little_disk, 64)
    assert little_disk.build("one").status == 0
    little_disk.run("gc", "--verify").says("everything in the store is whole")


def test_25_no_space_for_a_build(little_disk: Workspace) -> None:
    resize(little_disk, 24)
    little_disk.add("one", "echo one > $OUT/one")
    little_disk.add("big", f"dd if=/dev/zero of=$OUT/zeros bs=1024 count={30 * MIB // 1024}", dependencies=["one"])
    ran = little_disk.run("build", "big")
    assert ran.status == 8
    ran.says(f"✗ {build_of('big')}", "No space left on device", "next")
    resize(little_disk, 96)
    again = little_disk.build("big")
    assert again.status == 0, again.err
    assert again.summary["built"].keys() == {build_of("big")}
    little_disk.run("gc", "--verify").says("everything in the store is whole")
