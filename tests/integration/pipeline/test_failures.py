"""Promise 5: whatever went wrong, the last screen says what, where, and what to type next."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.integration.pipeline.terminal import terminal
from tests.integration.pipeline.workspace import TARGET, Workspace

STEPS = [
    {"name": "prepare", "run": "echo some work > half-made\n"},
    {"name": "compile", "run": "echo first line\necho last line\nno-such-compiler --of-mine\n"},
]


def failed_tree(small: Workspace, name: str) -> Path:
    return small.store / "failed" / f"build--{name}-1.0@{TARGET}"


def test_a_failed_step_is_told_with_all_that_helps(small: Workspace) -> None:
    small.add_steps("broken", STEPS)
    ran = small.run("build", "broken")
    assert ran.status == 8
    log = failed_tree(small, "broken") / "log.txt"
    ran.says(
        f"✗ build/broken-1.0@{TARGET}",
        "step      compile",
        "command   echo first line",
        "no-such-compiler --of-mine",
        "last lines of its log",
        "| first line",
        "| last line",
        "no-such-compiler: not found",
        f"log       {log}",
        f"broken==1.0@{TARGET}: step 'compile' failed: exit status 127",
        "next      ",
        f"-m pipeline shell broken==1.0@{TARGET}",
        "1 failed",
    )
    assert "last line" in log.read_text("utf-8")
    assert (failed_tree(small, "broken") / "build" / "src" / "half-made").read_text("utf-8") == "some work\n"


def test_the_printed_command_opens_a_shell_in_the_failed_tree(small: Workspace) -> None:
    small.add_steps("broken", STEPS)
    printed = re.search(r"next +(.*) -m pipeline (shell \S+)", small.run("build", "broken").err)
    assert printed is not None
    assert Path(shutil.which(printed[1].rpartition("&& ")[2]) or "").samefile(sys.executable)
    with terminal(small, *printed[2].split()) as shell:
        shell.wait_for("the failed tree of build/broken-1.0")
        shell.type("cat half-made; pwd; echo $TARGET-$((40 + 2))")
        shell.wait_for("some work")
        shell.wait_for("/build/src")
        shell.wait_for(f"{TARGET}-42")
        shell.type("echo by hand >> half-made; sh /steps/run || echo again: $?")
        shell.wait_for("again: 127")
        shell.type("exit 7")
        assert shell.end() == 7
    assert "by hand" not in (failed_tree(small, "broken") / "build" / "src" / "half-made").read_text("utf-8"), "rerun"


@pytest.mark.parametrize("engine", ["bubblewrap", pytest.param("docker", marks=pytest.mark.docker)])
def test_nobody_can_run_what_a_build_made_as_its_builder(
    small: Workspace, engine: str, request: pytest.FixtureRequest
) -> None:
    if engine == "docker":
        request.getfixturevalue("docker")
    small.add("setuid", "cp /bin/busybox $OUT/x; chmod 4755 $OUT/x; mkdir sub; chmod 1777 sub; cp $OUT/x sub; exit 3")
    assert small.run("build", "setuid", "--engine", engine).status == 8
    kept = failed_tree(small, "setuid")
    assert (kept / "out" / "x").is_file()
    unsafe = [path for path in kept.rglob("*") if not path.is_symlink() and path.lstat().st_mode & 0o7022]
    assert unsafe == []
    for name in ("work", "failed"):
        assert (small.store / name).stat().st_mode & 0o777 == 0o700
    with terminal(small, "shell", "--engine", engine, f"setuid@{TARGET}") as shell:
        shell.wait_for("$ ")
        shell.type("chmod 4755 $OUT/x && echo set-$((40 + 2)); exit")
        shell.wait_for("set-42")
        assert shell.end() == 0
    assert (kept / "out" / "x").stat().st_mode & 0o7777 == 0o755


def test_the_failed_tree_goes_when_the_build_succeeds(small: Workspace) -> None:
    small.add_steps("broken", STEPS)
    assert small.run("build", "broken").status == 8
    small.add("broken", "echo mended > $OUT/file")
    ran = small.run("build", "broken")
    assert ran.status == 0
    ran.says("Done. Nothing of it is published: it is for other recipes to build with.")
    assert not failed_tree(small, "broken").exists()
    with terminal(small, "shell", f"broken@{TARGET}") as shell:
        shell.wait_for("a fresh tree for build/broken-1.0")
        shell.type("sh /steps/run && cat $OUT/file; exit")
        shell.wait_for("mended")
        assert shell.end() == 0
    assert not list((small.store / "work").iterdir()), "the fresh tree is scratch"


def test_several_failures_are_all_repeated_at_the_end(small: Workspace) -> None:
    small.add("one", "echo alas; exit 3")
    small.add("two", "kill -9 $$")
    small.add("three", "true")
    small.add("four", "mkdir $OUT/lib; echo fine > $OUT/lib/four")
    small.add("five", "echo never", dependencies=["one"])
    ran = small.run("build", "one", "two", "three", "four", "five", "--keep-going")
    assert ran.status == 8
    last_screen = ran.err[ran.err.index("✗ ") :]
    for text in (
        f"✗ build/one-1.0@{TARGET}",
        "step 'work' failed: exit status 3",
        f"✗ build/two-1.0@{TARGET}",
        "SIGKILL",
        f"✗ build/three-1.0@{TARGET}",
        "3 failed; the reasons stand above. Not tried: 1 action that needs what failed.",
    ):
        assert text in last_screen
    streamed = small.build("one", "two", "three", "four", "five", "--keep-going")
    assert [
        (f["action"], f["reason"]) for f in sorted(streamed.summary["failures"], key=lambda f: str(f["action"]))
    ] == [
        (f"build/one-1.0@{TARGET}", "step-failed"),
        (f"build/three-1.0@{TARGET}", "empty-output"),
        (f"build/two-1.0@{TARGET}", "step-failed"),
    ]
    by_action = {failure["action"]: failure for failure in streamed.summary["failures"]}
    told = by_action[f"build/one-1.0@{TARGET}"]
    assert (told["step"], told["command"], told["tail"]) == ("work", "echo alas; exit 3", ["alas"])
    assert Path(told["log"]).read_text("utf-8").endswith("alas\n")
    assert streamed.summary["skipped"] == [f"build/five-1.0@{TARGET}"]
    assert streamed.ended("cached") == ["rootfs/test-busybox", f"build/four-1.0@{TARGET}"]


def test_without_keep_going_the_first_failure_ends_it(small: Workspace) -> None:
    small.add("one", "exit 3")
    small.add("two", "echo fine > $OUT/two")
    ran = small.build("one", "two", "-j", "1")
    assert ran.status == 8
    assert ran.summary["skipped"] == [f"build/two-1.0@{TARGET}"]
    said = small.run("build", "one", "two", "-j", "1").err
    assert said.endswith("Not tried: 1 action that --keep-going would try.\n")


def test_what_cannot_be_fetched_stops_only_what_needs_it_if_asked_to_go_on(small: Workspace) -> None:
    source = {"urls": ["https://127.0.0.1:9/a.tar"], "sha256": "ab" * 32, "size": 1}
    small.add("nowhere", "true", versions=[{"version": "1.0", "sources": [source]}])
    small.add("user", "true", dependencies=["nowhere"])
    small.add("here", "echo fine > $OUT/here")
    stopped = small.build("user", "here")
    assert (stopped.status, stopped.ended("built", "cached")) == (4, []), "before anything was run"
    ran = small.build("user", "here", "--keep-going")
    assert ran.status == 4
    assert [(failure["action"], failure["reason"]) for failure in ran.summary["failures"]] == [
        ("source/nowhere-1.0", "unreachable")
    ]
    assert ran.summary["skipped"] == [f"build/nowhere-1.0@{TARGET}", f"build/user-1.0@{TARGET}"]
    assert f"build/here-1.0@{TARGET}" in ran.ended("built")


def test_a_shell_that_cannot_be_opened_says_so(small: Workspace) -> None:
    small.add("one", "exit 3")
    small.add("two", "true", dependencies=["one"])
    ran = small.run("shell", "two")
    assert ran.status == 8
    ran.says(f"✗ build/one-1.0@{TARGET}", f"No shell: build/two-1.0@{TARGET} cannot be laid out without what it needs.")


def test_a_step_that_leaves_nothing(small: Workspace) -> None:
    small.add("nothing", "echo I did my best")
    ran = small.run("build", "nothing")
    assert ran.status == 8
    ran.says("| I did my best", "every step succeeded, but nothing is in $OUT", "next      ", "-m pipeline shell")


def test_two_libraries_with_one_path(small: Workspace) -> None:
    small.add("left", "mkdir $OUT/include; echo left > $OUT/include/config.h; echo l > $OUT/include/left.h")
    small.add("right", "mkdir $OUT/include; echo right > $OUT/include/config.h")
    small.add("user", "cp /deps/include/config.h $OUT", dependencies=["left", "right"])
    ran = small.run("build", "user")
    assert ran.status == 6
    both = (f"build/left-1.0@{TARGET}", f"build/right-1.0@{TARGET}")
    ran.says(f"✗ build/user-1.0@{TARGET}", "/deps/include/config.h would have two contents", *both, "next")
    assert not failed_tree(small, "user").exists(), "nothing was tried"
