"""Light tried first, on the really published interpreters: one answer is seen, whichever tier gave it."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path

import pytest

from slimepython import dispatch
from slimepython.router.signals import Decision, Platform, Tier
from tests.acceptance.runtime import slimepython, write


class TestTrial:
    """What happens where the router allowed it, in wasm unless a test says otherwise."""

    @pytest.fixture(autouse=True)
    def light_is_allowed(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whatever the script: here the question is what happens when Light does not answer as it should."""

        def route(request: dispatch.Request, *, brief: bool) -> dispatch.Routed:
            del brief
            found = {tier: program for tier in Tier if (program := dispatch.find_program(request, tier))}
            decision = Decision(Tier.LIGHT, Platform.WASI, True, (), "the test says so", ())
            return dispatch.Routed(decision, Path(request.script).read_bytes(), found, None)

        monkeypatch.setattr(dispatch, "route", route)

    def test_natively_too(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """Whatever Light did there is not seen, and Full says it all."""
        for code, tier in (("pass", "light"), ("1 / 0", "full"), ("print('x', file=sys.stderr)", "full")):
            head = "import sys\nname = sys.implementation.name\nprint(name)\n"
            script = write(tmp_path, f"{head}if name == 'rustpython': {code}\n")
            assert dispatch.run(dispatch.Request(script, prefer=Tier.LIGHT, stats=True)) == 0
            out, err = capfd.readouterr()
            assert (out, json.loads(err.splitlines()[-1])["tier"]) == (
                ("rustpython\n", "light") if tier == "light" else ("cpython\n", "full")
            )

    @pytest.mark.parametrize("platform", list(Platform))
    def test_one_that_turns_out_not_to_compile_without_a_warning(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, platform: Platform
    ) -> None:
        """Whether it does is asked while Light tries it."""
        tree = compile("def f():\n    return [1](0)\n", "x", "exec", ast.PyCF_ONLY_AST)
        allowed = dispatch.route
        monkeypatch.setattr(dispatch, "route", lambda request, brief: replace(allowed(request, brief=brief), tree=tree))
        script = write(tmp_path, "import sys\nprint(sys.implementation.name)\n")
        assert dispatch.run(dispatch.Request(script, prefer=Tier.LIGHT, platform=platform, stats=True)) == 0
        out, err = capfd.readouterr()
        told = json.loads(err.splitlines()[-1])
        assert (out, told["tier"]) == ("cpython\n", "full")
        assert "compiling it warns" in told["because"]

    def run(self, script: str, *dirs: str) -> int:
        return dispatch.run(dispatch.Request(script, prefer=Tier.LIGHT, platform=Platform.WASI, stats=True, dirs=dirs))

    def test_a_clean_trial_is_the_answer(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        assert self.run(write(tmp_path, "import sys\nprint(sys.implementation.name)\n")) == 0
        out, err = capfd.readouterr()
        assert (out, json.loads(err)["tier"]) == ("rustpython\n", "light")

    @pytest.mark.parametrize(
        "code",
        [
            "import sys\nsys.exit(0 if sys.implementation.name == 'cpython' else 1)",
            "if name == 'rustpython': 1 / 0",
            "if name == 'rustpython': print('warning', file=sys.stderr)",
            "if name == 'rustpython': sys.stdin.read()",
            "if name == 'rustpython': open('/etc/passwd')",
            "import os\nif name == 'rustpython': os._exit(3)",
        ],
    )
    def test_one_that_is_not_clean_has_not_been(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str], code: str
    ) -> None:
        """Nothing of what it wrote before it failed is seen, and Full runs it from the beginning."""
        script = "import sys\nname = sys.implementation.name\nprint(name, flush=True)\n" + code
        assert self.run(write(tmp_path, script)) == 0
        out, err = capfd.readouterr()
        assert (out, json.loads(err)["tier"]) == ("cpython\n", "full")

    def test_one_that_does_not_end(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dispatch, "TRIAL_SECONDS", 1.0)
        script = "import sys\nwhile sys.implementation.name == 'rustpython': pass\nprint('ended')\n"
        assert self.run(write(tmp_path, script)) == 0
        assert capfd.readouterr().out == "ended\n"

    def test_there_is_none_where_it_could_have_an_effect(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "data").mkdir()
        script = write(tmp_path, "import sys\nopen('/data/x', 'a').write(sys.implementation.name)\n")
        assert self.run(script, f"{tmp_path}/data::/data") == 0
        assert (tmp_path / "data" / "x").read_text("ascii") == "cpython"

    def test_what_runs_is_what_was_routed(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The file is read once: what is written to it afterwards is not run on Light."""
        script = write(tmp_path, "print('routed')\n")
        allowed = dispatch.route

        def route(request: dispatch.Request, *, brief: bool) -> dispatch.Routed:
            routed = allowed(request, brief=brief)
            write(tmp_path, "print('later')\n")
            return routed

        monkeypatch.setattr(dispatch, "route", route)
        assert self.run(script) == 0
        assert capfd.readouterr().out == "routed\n"

    def test_no_temporary_file_is_left(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = tmp_path / "temporary"
        place.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(place))
        self.run(write(tmp_path, "print(1)\n"))
        self.run(write(tmp_path, "1 / 0\n"))
        assert list(place.iterdir()) == []


@pytest.mark.parametrize("platform", ["native", "wasi"])
@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    return [1](0)\nprint('done')\n",
        "def f():\n    return 'a'[None]\nprint('done')\n",
        "def f():\n    assert (True, 'always')\nf()\nprint('done')\n",
    ],
)
def test_what_only_compiling_tells_is_full_s(home: Path, tmp_path: Path, platform: str, code: str) -> None:
    """A warning on stderr, that is, which both tiers give in their own words."""
    script = write(tmp_path, code)
    preferred = slimepython(home, "run", "--prefer", "light", "--platform", platform, "--stats", script)
    alone = slimepython(home, "run", "--router", "full", "--platform", platform, script)
    assert (alone.status, preferred.status, preferred.out) == (0, 0, alone.out)
    *warned, stats = preferred.err.splitlines(keepends=True)
    assert b"".join(warned) == alone.err
    assert b"SyntaxWarning" in alone.err
    assert json.loads(stats)["tier"] == "full"
