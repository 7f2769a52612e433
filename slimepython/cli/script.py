"""`run` and `explain`: what concerns one script; imports the grammar, and the rest when it is called."""

from __future__ import annotations

import argparse
import json
import os
from typing import TYPE_CHECKING

from slimepython.cli.grammar import add_command

if TYPE_CHECKING:
    from slimepython.cli.grammar import Commands
    from slimepython.dispatch import Request, Routed

_RUN_EPILOG = """\
where a script runs:
  --router static     (default) on the preferred tier. With --prefer full (default) that is CPython for every script,
                      which is not looked at then; with --prefer light it is RustPython for what is known to be
                      answered equally there. Such a run is a trial: unless it ends cleanly, CPython runs the script
  --router adaptive   of the tiers that static allows, on the one that was faster in earlier runs
  --router full       on CPython          --router light   on RustPython, whatever it answers
  --platform wasi     in a WebAssembly sandbox: no files but the script, no network, nothing of the environment;
                      --dir and --env open it up

The script gets all words after its name. It gets this process's environment without what would change which code
runs (PYTHON*, LD_*, ...); say --env PYTHONHASHSEED=0 to set such a variable on purpose. $FULL_BIN and $LIGHT_BIN
name other programs to run. Exit status 125 means that the script was not started.
"""


def add_run(commands: Commands) -> None:
    """`slimepython run`."""
    text = "run a script; its streams, exit status and signals are as if its interpreter had been called itself"
    command = add_command(commands, "run", text, _run, _RUN_EPILOG)
    _add_routing(command)
    command.add_argument("--stats", action="store_true", help="say on stderr, as JSON, where it ran and how long")
    command.add_argument("--env", metavar="NAME[=VALUE]", action="append", default=[], help="set a variable")
    command.add_argument("--dir", metavar="HOST[::GUEST][:ro]", action="append", default=[], help="wasi: show a folder")
    command.add_argument("--seconds", type=float, metavar="S", help="wasi: end it after this time (status 124)")
    command.add_argument("--memory-mb", type=int, metavar="MB", help="wasi: how much memory it may have")
    _add_script(command)


def add_explain(commands: Commands) -> None:
    """`slimepython explain`."""
    text = "say where a script would run, and why; nothing is run"
    command = add_command(commands, "explain", text, _explain)
    _add_routing(command)
    command.add_argument("--json", action="store_true", help="as JSON")
    _add_script(command)


def _add_routing(command: argparse.ArgumentParser) -> None:
    command.add_argument("--router", choices=("static", "adaptive", "full", "light"), default="static")
    command.add_argument("--platform", choices=("native", "wasi"), default="native", help="this machine, or wasm")
    command.add_argument("--prefer", choices=("full", "light"), default="full", help="where both would be right")
    command.add_argument("--budget-ms", type=float, default=100.0, metavar="MS", help="adaptive: what is hot")


def _add_script(command: argparse.ArgumentParser) -> None:
    command.add_argument("script", help="a Python file")
    command.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...", help="what the script gets")


def _request(options: argparse.Namespace) -> Request:
    from slimepython.dispatch import Request
    from slimepython.launch.sandbox import Limits, parse_env
    from slimepython.router.signals import Platform, Tier

    asked = {"seconds": getattr(options, "seconds", None), "memory_bytes": getattr(options, "memory_mb", None)}
    if asked["memory_bytes"] is not None:
        asked["memory_bytes"] <<= 20
    given = {name: value for name, value in asked.items() if value is not None}
    return Request(
        script=options.script,
        args=tuple(options.arguments),
        router=options.router,
        platform=Platform(options.platform),
        prefer=Tier(options.prefer),
        budget_seconds=options.budget_ms / 1000,
        stats=getattr(options, "stats", False),
        env=parse_env(getattr(options, "env", ()), os.environ),
        dirs=tuple(getattr(options, "dir", ())),
        limits=Limits(**given) if given else None,
    )


def _run(options: argparse.Namespace) -> int:
    from slimepython.dispatch import run

    return run(_request(options))


def _explain(options: argparse.Namespace) -> int:
    from slimepython.dispatch import explain

    explained = explain(_request(options))
    print(json.dumps(_to_json(explained), indent=2) if options.json else _to_text(explained, options.script))
    return 0


def _to_json(routed: Routed) -> dict[str, object]:
    decision = routed.decision
    return {
        "tier": decision.tier,
        "platform": decision.platform,
        "speculative": decision.speculative,
        "because": decision.because,
        "would_change": decision.would_change,
        "signals": [
            {"line": s.line, "column": s.column, "kind": s.kind, "subject": s.subject, "why": s.why}
            for s in decision.signals
        ],
        "guards": [{"line": s.line, "column": s.column, "kind": s.kind, "subject": s.subject} for s in routed.guards],
        "programs": {tier: str(program.entry) for tier, program in routed.programs.items()},
        "table": None if routed.table is None else str(routed.table),
    }


def _to_text(routed: Routed, script: str) -> str:
    from slimepython.router.signals import Tier

    decision = routed.decision
    trial = " (a trial: unless it ends cleanly, Full runs it)" if decision.speculative else ""
    lines = [f"{script}: {decision.tier} on {decision.platform}{trial}", f"because {decision.because}"]
    lines += [f"  {script}:{s.line}:{s.column}: {s.kind} {s.subject}: {s.why}" for s in decision.signals]
    if decision.tier is Tier.LIGHT and routed.guards:
        lines += ["what the trial looks at while it runs, and ends itself if it comes true:"]
        lines += [f"  {script}:{s.line}:{s.column}: {s.kind} {s.subject}: {s.why}" for s in routed.guards]
    if decision.would_change:
        lines += ["what would change it:", *(f"  {item}" for item in decision.would_change)]
    lines += ["programs:", *(f"  {tier}: {program.entry}" for tier, program in routed.programs.items())]
    lines += [f"table: {routed.table or 'none for this pair of programs'}"]
    return "\n".join(lines)
