"""The router against the interpreters themselves: whatever it lets through must answer the same, byte for byte."""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from difftiers.__main__ import choose
from difftiers.interpreters import NATIVE, WASM, Interpreter, find, prepare
from difftiers.wasm import Unpacked, compiled
from slimepython.launch import native, trial, wasm
from slimepython.launch.sandbox import Grants, Limits, Outcome, Stdin
from slimepython.router.analyse import Examined, examine
from slimepython.router.signals import Kind
from slimepython.router.tables import Tables, load

from .fuzz import Maker

pytestmark = pytest.mark.acceptance
ROOT = Path(__file__).parents[2]
PROGRAMS, IN_WASM = 300, 60
"""How many must have come through; starting a module for each takes longer."""
PAIRS = [(NATIVE, NATIVE), (NATIVE, WASM), (WASM, WASM)]
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
SECONDS = 60.0

MUST_BE_FULL = {
    "set order": "print({3, 1, 2})",
    "set order, indirect": "def unique(v):\n    return set(v)\nfor w in unique('hello'):\n    print(w)",
    "set order, in an attribute": "class A:\n    tags = {'a', 'b'}\nprint(list(A.tags))",
    "set order, by a default factory": "from collections import defaultdict\nd = defaultdict(set)\nd[1].add('a')\nprint(d)",  # noqa: E501
    "set order, by a map": "print(list(map(set, ['ab'])))",
    "set order, by views": "print({'a': 1}.keys() | {'b': 2}.keys())",
    "hash": "print(hash('a'))",
    "hash, indirect": "h = hash\nprint(h('a'))",
    "hash, by a method": "print('a'.__hash__())",
    "id": "x = []\nprint(id(x) % 16)",
    "finalisers": "class A:\n    def __del__(self):\n        print('gone')\na = A()\nb = a\ndel a\nprint('end')",
    "zlib": "import zlib\nprint(zlib.compress(b'hello hello hello' * 20).hex())",
    "recursion depth": "def f(n):\n    return f(n + 1)\ntry:\n    f(0)\nexcept RecursionError as e:\n    print(e)",
    "abstract classes": "from abc import ABC, abstractmethod\nclass A(ABC):\n    @abstractmethod\n    def f(self): ...\n"  # noqa: E501
    "try:\n    A()\nexcept TypeError as e:\n    print(e)",
    "version": "import sys\nprint(sys.version)",
    "implementation": "import sys\nprint(sys.implementation.name)",
    "sizes": "import sys\nprint(sys.getsizeof([]))",
    "sums of floats": "print(sum([0.1] * 10))",
    "negative zero": "def f(a, b):\n    return a / b\nprint(f(0, -5))",
    "texts of errors": "try:\n    [].index(7)\nexcept ValueError as e:\n    print(e)",
    "unbound": "def f():\n    print(x)\n    x = 1\ntry:\n    f()\nexcept NameError as e:\n    print(e)",
    "mapping proxies": "class A: pass\nprint(A.__dict__)",
    "ordered views": "from collections import OrderedDict\nprint(OrderedDict(a=1).keys())",
    "comparisons of a sort": "class A:\n    def __init__(s, v): s.v = v\n    def __lt__(s, o):\n        print(s.v, o.v)\n"  # noqa: E501
    "        return s.v < o.v\nsorted([A(3), A(1), A(2)])",
    "sorting with nan": "print(sorted([3.0, float('nan'), 1.0, 2.0]))",
    "dict subclasses": "class D(dict):\n    def keys(self):\n        print('keys')\n        return super().keys()\ndict(D(a=1))",  # noqa: E501
    "identity of numbers": "a = int('-6')\nprint(a is int('-6'))",
    "computed code": "x = '1 +'\nx += ' 1'\nprint(eval(x))",
    "computed attributes": "print(getattr('a', '__ha' + 'sh__')())",
    "frames": "import sys\nprint(sys._getframe().f_code.co_name)",
    "in-place add": "xs = []\ndef f(v):\n    global xs\n    xs += v\nf('ab')\nprint(xs)",
    "a builtin as a value": "def timed(f):\n    print(f.__name__, type(f).__name__)\n    return f\nprint(timed(sum)([0.1] * 10))",  # noqa: E501
    "what runs over a set": "seen = []\ndef note(n):\n    seen.append(n)\n    return n % 7\nprint(len({note(n) for n in {512, 3, 40, 17, 96}}), seen)",  # noqa: E501
    "a question that stops early": "def check(n):\n    print(n)\n    return n > 50\nprint(any(check(n) for n in {512, 3, 40, 17, 96}))",  # noqa: E501
    "the first missing key of a set": "names = {3: 'three'}\ntry:\n    print(sorted(names[n] for n in {512, 3, 40, 17}))\n"  # noqa: E501
    "except KeyError as e:\n    print(e.args)",
    "an order with ties": "class P:\n    def __init__(s, n, m): s.n, s.m = n, m\n    def __hash__(s): return s.m\n"
    "    def __eq__(s, o): return s.m == o.m\n    def __lt__(s, o): return s.n < o.n\n"
    "print([p.m for p in sorted({P(1, 512), P(1, 3), P(1, 40)})])",
    "views that are kept": "a = {'x': 1, 'y': 2, 'z': 3}.keys()\nb = {'z': 1, 'y': 2}.keys()\nprint(a & b)",
    "a set out of eval": "print(eval('{30, 1, 22}'))",
    "a set out of exec": "ns = {}\nexec('s = {30, 1, 22}', ns)\nprint(ns['s'])",
    "a set out of a literal": "import ast\nprint(ast.literal_eval('[{30, 1, 22}]'))",
    "a set as a key": "d = {}\nd[frozenset([30, 1, 22])] = 1\nprint(d)",
    "sets of tasks": "import asyncio\nasync def f(n): print(n)\nasync def main():\n"
    "    done, _ = await asyncio.wait([asyncio.create_task(f(n)) for n in range(9)])\n"
    "    for task in done: print(task.get_name())\nasyncio.run(main())",
    "what a compiler computes": "def f(x=(7.5 // 2.5)): return x\nprint(eval('3 // 1.5'), f())",
    "hashes that tell": "class K:\n    def __init__(s, n): s.n = n\n    def __hash__(s):\n        print('hash', s.n)\n"
    "        return s.n\n    def __eq__(s, o): return s.n == o.n\nd = {K(1): 1, K(2): 2}\ne = dict(d)\ne.update(d)",
    "warnings": "import json\nprint(~json.loads('true'))",
    "warnings of one tier only": "print(complex(1j, 2))",
    "leaving a finally": "def f():\n    try:\n        return 1\n    finally:\n        return 2\nprint(f())",
    "awaited by nobody": "import asyncio\nasync def f(): pass\nasync def main(): f()\nasyncio.run(main())\nprint(1)",
    "generators that are let go": "def held(n):\n    try:\n        yield n\n    finally:\n        print('let go', n)\n"
    "def main():\n    b, a = held('b'), held('a')\n    return next(a), next(b)\nprint(main())",
    "a generator that an error leaves": "def held():\n    try:\n        yield 1\n    finally:\n        print('let go')\n"  # noqa: E501
    "def use():\n    for n in held():\n        raise ValueError\ntry:\n    use()\nexcept ValueError:\n    print('handled')",  # noqa: E501
    "managers that nobody leaves": "from contextlib import ExitStack, contextmanager\n@contextmanager\ndef held(n):\n"
    "    try:\n        yield n\n    finally:\n        print('let go', n)\ncm = held(1)\nprint(cm.__enter__())\n"
    "stack = ExitStack()\nprint(stack.enter_context(held(2)))",
    "references that are weak": "import weakref\nclass A: pass\na = A()\nr = weakref.ref(a, lambda _: print('gone'))\n"
    "del a\nprint(r())",
    "what a class is made of": "class A:\n    def __init_subclass__(cls):\n        print(list(cls.__dict__))\nclass B(A): pass",  # noqa: E501
}


@dataclass(frozen=True)
class Pair:
    """Full and Light of some targets, and what is known about them."""

    full: Interpreter
    light: Interpreter
    tables: Tables

    def examine(self, script: Path) -> Examined:
        """What `run` makes of a script."""
        shown = None if self.light.is_wasm else str(script)
        return examine(script.read_bytes(), str(script), self.tables, trial=True, script=shown)

    def answer(self, script: Path) -> tuple[int | None, bytes, bytes]:
        """Full's exit status, stdout and stderr."""
        if self.full.is_wasm:
            outcome = in_wasm(self.full, script, script.read_bytes())
            return outcome.status, outcome.stdout, outcome.stderr
        command = native.command_line(str(self.full.entry), [str(script)])
        done = subprocess.run(command, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def attempt(self, script: Path, copy: bytes) -> tuple[Outcome, str | None]:
        """What came of Light's trial, and why that does not count (None: it does)."""
        if self.light.is_wasm:
            outcome = in_wasm(self.light, script, copy)
        else:
            outcome = trial.run(self.light.entry, str(script), (), ENVIRONMENT, Limits(seconds=SECONDS), copy=copy)
        return outcome, trial.problem_of(outcome)


def in_wasm(interpreter: Interpreter, script: Path, source: bytes) -> Outcome:
    unpacked = Unpacked(interpreter.entry.parent, interpreter.entry, compiled(interpreter.entry))
    return wasm.run(unpacked, script, (), Grants(), Limits(seconds=SECONDS), Stdin.FORBIDDEN, source=source)


@pytest.fixture(scope="session")
def interpreters(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Interpreter]:
    """Both tiers on both targets, unpacked."""
    chosen = choose(find(ROOT / "artifacts/manifest.json", tmp_path_factory.mktemp("interpreters")))
    for each in chosen.values():
        prepare(each, tmp_path_factory.mktemp("prepared"))
    return chosen


@pytest.fixture(params=PAIRS, ids=lambda pair: "-".join(each.partition("-")[0] for each in pair))
def pair(request: pytest.FixtureRequest, interpreters: dict[tuple[str, str], Interpreter]) -> Pair:
    full, light = request.param
    one, other = interpreters["full", full], interpreters["light", light]
    path = ROOT / "manifests/tiers" / f"{one.sha256[:12]}-{other.sha256[:12]}.json"
    return Pair(one, other, load(path, one.sha256, other.sha256))


def test_what_is_let_through_answers_the_same(pair: Pair, tmp_path: Path) -> None:
    maker = Maker(2026)
    wanted = IN_WASM if pair.light.is_wasm else PROGRAMS
    script = tmp_path / "program.py"
    counts: Counter[str] = Counter()
    differing = []
    while counts["clean"] < wanted:
        counts["made"] += 1
        assert counts["made"] < 100 * wanted, f"the router lets hardly anything through: {counts}"
        script.write_text(maker.program(), "utf-8")
        examined = pair.examine(script)
        if {each.kind for each in examined.signals} - {Kind.HOT_LOOP}:
            continue
        outcome, problem = pair.attempt(script, examined.copy)
        if problem is not None:
            counts["thrown away"] += 1
            continue
        counts["clean"] += 1
        counts["guarded"] += bool(examined.guards)
        if pair.answer(script) != (0, outcome.stdout, b""):
            differing.append((script.read_text("utf-8"), outcome.stdout))
    assert differing == []
    assert counts["guarded"] > wanted / 10, counts


@pytest.mark.parametrize("name", sorted(MUST_BE_FULL))
def test_known_differences_stay_on_full(name: str, pair: Pair, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(MUST_BE_FULL[name], "utf-8")
    examined = pair.examine(script)
    if not examined.signals:
        assert pair.attempt(script, examined.copy)[1] is not None
