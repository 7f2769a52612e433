"""Bad input 25: a flipped bit, two builders at once, no space, a store from a newer version."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
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


def zeroed_toolchain(small: Workspace) -> Path:
    """The blob of the toolchain's largest program, emptied as by a power cut: its size and time are as they were."""
    (checkout,) = (path.parents[2] for path in small.store.glob("trees/*/usr/bin/busybox"))
    busybox = checkout / "usr" / "bin" / "busybox"
    found = busybox.stat()
    (blob,) = (path for path in small.store.glob("blobs/*/*") if path.stat().st_ino == found.st_ino)
    blob.write_bytes(bytes(found.st_size))
    os.utime(blob, ns=(found.st_atime_ns, found.st_mtime_ns))
    return blob


def test_25_nothing_is_built_by_a_zeroed_toolchain(small: Workspace) -> None:
    small.add("one", "echo one > $OUT/one")
    assert small.build("one").status == 0
    blob = zeroed_toolchain(small)
    assert small.build("one").summary["built"] == {}, "a build with nothing to do does not hash its toolchain"
    small.add("one", "echo other > $OUT/one")
    recorded = set(small.store.glob("results/*/*"))
    ran = small.build("one")
    assert ran.status == 6
    assert [(f["action"], f["reason"]) for f in ran.summary["failures"]] == [(build_of("one"), "damaged")]
    assert "usr/bin/busybox" in ran.summary["failures"][0]["message"]
    assert set(small.store.glob("results/*/*")) < recorded, "the toolchain is forgotten, nothing is recorded"
    again = small.build("one")
    assert again.status == 0, again.err
    assert again.summary["built"].keys() == {"rootfs/test-busybox", build_of("one")}
    assert any(blob.read_bytes())
    small.run("gc", "--verify").says("everything in the store is whole")


def test_25_a_zeroed_toolchain_is_unpacked_again_after_a_restart(small: Workspace) -> None:
    small.add("one", "echo one > $OUT/one")
    assert small.build("one").status == 0
    blob = zeroed_toolchain(small)
    boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    for result in small.store.glob("results/*/*.json"):
        result.write_text(result.read_text("utf-8").replace(boot, "another boot"), "utf-8")
    small.add("one", "echo other > $OUT/one")
    ran = small.build("one")
    assert ran.status == 0, ran.err
    assert ran.summary["built"].keys() == {"rootfs/test-busybox", build_of("one")}
    assert any(blob.read_bytes())


def test_25_what_a_power_cut_left_of_a_toolchain_is_replaced_and_said(small: Workspace) -> None:
    """Its blobs and its checkout are there, what would say so is not."""
    small.add("one", "echo one > $OUT/one")
    assert small.build("one").status == 0
    blob = zeroed_toolchain(small)
    for result in small.store.glob("results/*/*.json"):
        result.unlink()
    ran = small.build("one")
    assert ran.status == 0, ran.err
    notes = "\n".join(event["text"] for event in ran.events if event["event"] == "note")
    assert f"{blob} has other bytes than its name says" in notes
    assert "is not the tree that it is named by" in notes
    assert any(blob.read_bytes())
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


@dataclass(frozen=True)
class LittleDisk:
    """A project whose store is a disk of its own, which its commands alone see: in the namespaces of `holder`."""

    small: Workspace
    holder: subprocess.Popen[str]

    @property
    def inside(self) -> tuple[str, ...]:
        """What a command is put behind to see the disk."""
        return ("nsenter", "--target", str(self.holder.pid), "--user", "--mount", "--preserve-credentials", "--wd")

    @property
    def workspace(self) -> Workspace:
        return replace(self.small, prefix=self.inside)

    @property
    def store(self) -> Path:
        """The store, as it is seen from here."""
        return Path(f"/proc/{self.holder.pid}/root{self.small.store}")

    def resize(self, mib: int) -> None:
        options = ("-o", f"remount,size={mib}m", str(self.small.store))
        subprocess.run([*self.inside, "mount", *options], check=True)


@pytest.fixture
def little_disk(small: Workspace) -> Iterator[LittleDisk]:
    """The small project on a store that is a disk of one MiB. Who is root in a namespace of his own may mount it."""
    small.store.mkdir()
    mount = f"mount -t tmpfs -o size=1m,nr_inodes=20k none '{small.store}' && echo mounted && exec cat"
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=small.root) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "mounted\n"
        yield LittleDisk(small, holder)


def test_25_no_space_for_a_root_file_system(little_disk: LittleDisk) -> None:
    small = little_disk.workspace
    small.add("one", "echo one > $OUT/one")
    ran = small.build("one")
    assert ran.status == 6
    assert [(f["action"], f["reason"]) for f in ran.summary["failures"]] == [("rootfs/test-busybox", "no-space")]
    small.run("build", "one").says("✗ rootfs/test-busybox", "no space left", "next", "python -m pipeline gc")
    assert not list((little_disk.store / "results").glob("*/*")), "nothing half-done is recorded"
    assert not list((little_disk.store / "work").iterdir())
    little_disk.resize(64)
    assert small.build("one").status == 0
    small.run("gc", "--verify").says("everything in the store is whole")


def test_25_no_space_for_a_build(little_disk: LittleDisk) -> None:
    small = little_disk.workspace
    little_disk.resize(24)
    small.add("one", "echo one > $OUT/one")
    small.add("big", f"dd if=/dev/zero of=$OUT/zeros bs=1024 count={30 * MIB // 1024}", dependencies=["one"])
    ran = small.run("build", "big")
    assert ran.status == 8
    ran.says(f"✗ {build_of('big')}", "No space left on device", "next")
    little_disk.resize(96)
    again = small.build("big")
    assert again.status == 0, again.err
    assert again.summary["built"].keys() == {build_of("big")}
    small.run("gc", "--verify").says("everything in the store is whole")
