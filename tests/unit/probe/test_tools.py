"""Tests of `pipeline.probe.tools`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.probe.facts import ProbeError, ProbeReason
from pipeline.probe.tools import Tools, parse_link_errors
from pipeline.sandbox.protocol import Sandbox
from tests.unit.probe.fakes import FakeEngine

# ld.lld 22.1.8, word for word.
LLD = """ld.lld: error: relocation R_X86_64_32S cannot be used against symbol 'x'; recompile with -fPIC
>>> defined in /artifact/lib/x.a(nonpic.o)
>>> referenced by l.c
>>>               nonpic.o:(f) in archive /artifact/lib/x.a

ld.lld: error: relocation R_X86_64_PC32 cannot be used against symbol 'y'; recompile with -fPIC
>>> defined in /artifact/lib/x.a(other.o)
>>> referenced by s.c
>>>               other.o:(g) in archive /artifact/lib/x.a

ld.lld: error: /artifact/lib/x.a(bad.o): not an ELF file
ld.lld: warning: cannot find entry symbol _start; not setting start address
"""


def tools(tmp_path: Path, status: int | None, text: str) -> tuple[Tools, list[Sandbox]]:
    engine = FakeEngine(lambda sandbox: (status, text))
    return Tools(engine, tmp_path, "0" * 64, tmp_path, tmp_path), engine.seen


def test_link_errors() -> None:
    assert parse_link_errors(LLD) == (["nonpic.o", "other.o"], ["lib/x.a(bad.o): not an ELF file"])
    assert parse_link_errors("") == ([], [])


def test_trial_link_tries_both_ways(tmp_path: Path) -> None:
    tool, seen = tools(tmp_path, 1, LLD)
    facts = tool.trial_link("lib/x.a", "x86_64")
    assert facts["pic"] is False
    assert facts["non_pic"] == facts["non_pie"] == ["nonpic.o", "other.o"]
    assert [("-shared" in s.command, "-pie" in s.command) for s in seen] == [(True, False), (False, True)]
    assert all("/artifact/lib/x.a" in s.command and s.network == "none" for s in seen)


def test_a_link_that_fails_in_silence_is_still_a_failure(tmp_path: Path) -> None:
    tool, _ = tools(tmp_path, 139, "")
    assert tool.trial_link("x.a", "aarch64")["link_errors"] == ["ld.lld ended with 139"]


def test_a_machine_nobody_links_for(tmp_path: Path) -> None:
    tool, seen = tools(tmp_path, 0, "")
    facts = tool.trial_link("x.a", "s390")
    assert (facts["pic"], facts["link_errors"], seen) == (False, ["no trial link is known for 's390'"], [])


def test_ldd(tmp_path: Path) -> None:
    text = (
        "\tlinux-vdso.so.1 (0x00007f781aeba000)\n\tlibc.so.6 => /lib/libc.so.6 (0x00007f781acba000)\n"
        "\tlibz.so.9 => not found\n\t/lib64/ld-linux-x86-64.so.2 (0x00007f781aebc000)\n\n@@status 0\n"
    )
    facts = tools(tmp_path, 0, text)[0].ldd("bin/x")
    assert facts == {"status": 0, "static": False, "libraries": ["libc.so.6"], "not_found": ["libz.so.9"]}


@pytest.mark.parametrize(
    ("text", "status", "static"),
    [("\tstatically linked\n\n@@status 0\n", 0, True), ("\tnot a dynamic executable\n\n@@status 1\n", 1, False)],
)
def test_ldd_of_static_programs(text: str, status: int, static: bool, tmp_path: Path) -> None:  # noqa: FBT001
    facts = tools(tmp_path, 0, text)[0].ldd("bin/x")
    assert (facts["status"], facts["static"], facts["libraries"]) == (status, static, [])


def test_readobj_splits_by_file_and_survives_half_an_answer(tmp_path: Path) -> None:
    text = "\n@@file /artifact/a\n" + json.dumps([{"ElfHeader": {}}]) + '\n@@file /artifact/b\n[{"ElfHeader":\n'
    assert tools(tmp_path, 0, text)[0].readobj(["a", "b"]) == {"a": {"ElfHeader": {}}, "b": {}}


@pytest.mark.parametrize("status", [None, 127])
def test_a_tool_that_does_not_run_is_an_error(status: int | None, tmp_path: Path) -> None:
    with pytest.raises(ProbeError) as caught:
        tools(tmp_path, status, "sh: llvm-readobj: not found")[0].readobj(["a"])
    assert caught.value.reason is ProbeReason.TOOL_FAILED
    assert caught.value.hint
