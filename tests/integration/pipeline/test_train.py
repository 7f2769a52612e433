"""`train` in a real sandbox, and `shell` with JSON beside it."""

from __future__ import annotations

import json
import subprocess

from tests.integration.pipeline.workspace import TARGET, Workspace, finish

TRAIN = {
    "target": TARGET,
    "steps": [{"name": "work", "run": "echo counters > $OUT/p.profdata; echo '{\"functions\": 3}' > $OUT/p.json\n"}],
}


def test_a_profile_is_made_and_is_an_input_of_the_next_build(small: Workspace) -> None:
    small.add("trained", "echo built > $OUT/file", train=TRAIN)
    ran = small.run("train", "trained", "--json")
    assert ran.status == 0, ran.err
    assert ran.summary["profile"] == {"functions": 3}
    assert (small.root / "recipes" / "trained" / "profile" / "1.0.profdata").read_text("utf-8") == "counters\n"


def test_training_that_fails(small: Workspace) -> None:
    small.add("trained", "true", train={**TRAIN, "steps": [{"name": "work", "run": "exit 4"}]})
    ran = small.run("train", "trained")
    assert ran.status == 8
    ran.says("✗ train/trained-1.0", "exit status 4", "next      ", "-m pipeline shell --train trained==1.0@")
    told = small.run("train", "trained", "--json").summary
    assert (told["status"], [failure["reason"] for failure in told["failures"]]) == (8, ["step-failed"])
    assert not (small.root / "recipes" / "trained" / "profile").exists()


def test_a_shell_s_own_output_stays_out_of_the_stream(small: Workspace) -> None:
    small.add("plain", "true")
    process = small.start("shell", "plain", "--json", stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write("echo I am inside; exit 7\n")
    process.stdin.close()
    process.stdin = None
    ran = finish(process)
    assert ran.status == 7
    assert "I am inside" in ran.err
    assert json.loads(ran.out.splitlines()[-2])["tree"] == "fresh"
    assert ran.summary["status"] == 7
