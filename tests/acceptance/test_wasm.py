"""Both tiers in the runtime's wasm sandbox: what it shows, what it hides, and where it ends a script."""

from __future__ import annotations

from pathlib import Path

import pytest

from slimepython import api
from slimepython.install.home import Installed
from slimepython.launch.sandbox import Dir, Ended, Grants, Limits, Outcome, Stdin
from slimepython.launch.wasm import run as run_wasm
from slimepython.release.resolve import Wish
from tests.acceptance.programs import Ran
from tests.acceptance.runtime import SECONDS, direct, slimepython, write


class TestWasm:
    """Both tiers in the sandbox."""

    @pytest.fixture(params=["full", "light"])
    def installed(self, home: Path, request: pytest.FixtureRequest) -> Installed:
        return api.resolve(Wish(tier=request.param, platform="wasi"))

    def run(
        self,
        installed: Installed,
        script: str,
        *args: str,
        stdin: bytes | Stdin = b"",
        grants: Grants = Grants(),  # noqa: B008
        limits: Limits = Limits(seconds=SECONDS),  # noqa: B008
        folder: Path = Path("/nonexistent/folder"),
    ) -> Outcome:
        return run_wasm(installed, folder / "s.py", args, grants, limits, stdin, source=script.encode())

    def test_it_sees_its_words_its_path_and_nothing_else(self, installed: Installed) -> None:
        code = "import sys, os\nprint(sys.argv, __file__, dict(os.environ))\n"
        outcome = self.run(installed, code, "a", "-b")
        path = "/nonexistent/folder/s.py"
        assert outcome.clean
        assert outcome.stdout.decode() == f"{[path, 'a', '-b']} {path} {{}}\n"

    @pytest.mark.parametrize(
        "code", ["open('/etc/passwd')", "open('/nonexistent/folder/new', 'w')", "import os; os.listdir('/')",
                 "open('../../etc/passwd')", "import os; os.mkdir('x')", "open('/proc/self/environ')"],
    )  # fmt: skip
    def test_no_file_but_the_script(self, installed: Installed, code: str) -> None:
        outcome = self.run(installed, code)
        assert (outcome.ended, outcome.status) == (Ended.EXITED, 1)
        assert b"Error" in outcome.stderr

    def test_no_network(self, installed: Installed) -> None:
        outcome = self.run(installed, "import socket\nsocket.create_connection(('127.0.0.1', 9))")
        assert outcome.status != 0

    @pytest.mark.parametrize("status", [0, 1, 42, 125])
    def test_its_status(self, installed: Installed, status: int) -> None:
        outcome = self.run(installed, f"import sys\nsys.exit({status})")
        assert (outcome.ended, outcome.status, outcome.clean) == (Ended.EXITED, status, status == 0)

    def test_its_input(self, installed: Installed) -> None:
        assert self.run(installed, "import sys\nprint(sys.stdin.read())", stdin=b"abc").stdout == b"abc\n"

    def test_input_that_may_not_be_read(self, installed: Installed) -> None:
        """Else a trial could take what Full must read again."""
        for code in ("print(input())", "import sys\nsys.stdin.read()", "import sys\nlist(sys.stdin)"):
            assert self.run(installed, code, stdin=Stdin.FORBIDDEN).status == 1

    def test_a_traceback_is_as_native(self, installed: Installed, home: Path, tmp_path: Path) -> None:
        code = "def f():\n    return 1 / 0\nf()\n"
        script = write(tmp_path, code, "s.py")
        outcome = self.run(installed, code, folder=tmp_path)
        assert outcome.stderr == direct(home, installed.artifact.tier or "", script).err

    @pytest.mark.parametrize(
        "code",
        [
            "def f(): f()\nf()",
            "class A:\n def __getattr__(s, n): return getattr(s, n + 'x')\nA().x",
            "class A:\n def __repr__(s): return repr([s])\nrepr(A())",
            "x = []\nfor i in range(100000): x = [x]\nimport json\njson.dumps(x)",
        ],
    )
    def test_pythons_own_recursion_error_comes_first(self, installed: Installed, code: str) -> None:
        outcome = self.run(installed, f"try:\n exec({code!r})\nexcept RecursionError: print('deep')\n")
        assert (outcome.ended, outcome.stdout) == (Ended.EXITED, b"deep\n")

    def test_deep_objects_are_no_crash(self, installed: Installed) -> None:
        """Whether they are too deep is a matter of the tier's own stack; the sandbox's is never what ends."""
        code = (
            "x = []\nfor i in range(100000): x = [x]\n"
            "for work in (repr, lambda x: x == [x], hash, lambda x: None):\n"
            "    try: work(x)\n    except (RecursionError, TypeError): pass\n"
            "del x\nprint('alive')\n"
        )
        assert self.run(installed, code).stdout == b"alive\n"

    @pytest.mark.parametrize("code", ["while True: pass", "import time\ntime.sleep(30)"])
    def test_its_time(self, installed: Installed, code: str) -> None:
        outcome = self.run(installed, code, limits=Limits(seconds=2))
        assert (outcome.ended, outcome.status) == (Ended.TIME, None)

    def test_its_output(self, installed: Installed) -> None:
        outcome = self.run(installed, "while True: print('x' * 1000)", limits=Limits(output_bytes=5000))
        assert (outcome.ended, len(outcome.stdout)) == (Ended.OUTPUT, 5000)

    def test_its_memory(self, installed: Installed) -> None:
        outcome = self.run(
            installed, "x = []\nwhile True: x.append(bytearray(1 << 24))", limits=Limits(memory_bytes=256 << 20)
        )
        assert not outcome.clean

    def test_a_folder_that_is_granted(self, installed: Installed, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir()
        write(tmp_path / "data", "text", "in.txt")
        grants = Grants((Dir(tmp_path / "data", "/data", True),), {"NAME": "value"})
        code = "import os\nopen('/data/out', 'w').write(open('/data/in.txt').read() + os.environ['NAME'])\n"
        assert self.run(installed, code, grants=grants).clean
        assert (tmp_path / "data" / "out").read_text("ascii") == "textvalue"
        grants = Grants((Dir(tmp_path / "data", "/data", False),))
        assert self.run(installed, "open('/data/in.txt', 'a')", grants=grants).status == 1
        assert self.run(installed, "open('/data/../secret')", grants=grants).status == 1

    def test_a_compiled_module_that_was_changed_is_not_loaded(self, installed: Installed) -> None:
        """Its bytes are machine code: they are made anew instead."""
        assert installed.cwasm is not None
        whole = installed.cwasm.read_bytes()
        installed.cwasm.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        try:
            with pytest.raises(Exception, match="not what was compiled here"):
                self.run(installed, "print(1)")
            tier = installed.artifact.tier or ""
            assert api.intact(tier, "wasi") is not None
            assert installed.cwasm.read_bytes() == whole
        finally:
            installed.cwasm.write_bytes(whole)
        assert self.run(installed, "print(1)").clean

    def test_the_command_line(self, home: Path, tmp_path: Path) -> None:
        script = write(tmp_path, "import sys\nprint(sys.stdin.read(), file=sys.stderr)\nsys.exit(3)\n")
        for tier in ("full", "light"):
            got = slimepython(home, "run", "--router", tier, "--platform", "wasi", script, stdin=b"in")
            assert got == Ran(3, b"", b"in\n")
        endless = write(tmp_path, "while True: pass\n", "endless.py")
        got = slimepython(home, "run", "--router", "light", "--platform", "wasi", "--seconds", "1", endless)
        assert got.status == 124
