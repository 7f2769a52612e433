"""The router against the interpreters themselves: whatever it lets through must answer the same, byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from difftiers.__main__ import choose
from difftiers.interpreters import NATIVE, WASM, Interpreter, find, prepare
from difftiers.run import run_items
from slimepython.router.analyse import analyse
from slimepython.router.tables import Tables, load

from .fuzz import Maker

pytestmark = pytest.mark.acceptance
ROOT = Path(__file__).parents[2]
PROGRAMS = 300
PAIRS = [(NATIVE, NATIVE), (NATIVE, WASM), (WASM, WASM)]

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
}


@pytest.fixture(scope="session")
def interpreters(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Interpreter]:
    """Both tiers on both targets, unpacked."""
    chosen = choose(find(ROOT / "artifacts/manifest.json", tmp_path_factory.mktemp("interpreters")))
    for each in chosen.values():
        prepare(each, tmp_path_factory.mktemp("prepared"))
    return chosen


def table(one: Interpreter, other: Interpreter) -> Tables:
    path = ROOT / "manifests/tiers" / f"{one.sha256[:12]}-{other.sha256[:12]}.json"
    return load(path, one.sha256, other.sha256)


def outcomes(interpreter: Interpreter, programs: Sequence[str], folder: Path) -> list[tuple[str, ...]]:
    results = run_items(interpreter, [{"key": "program", "do": "snippet", "code": text} for text in programs], folder)
    assert {each.ended for each in results} <= {"ok"}
    return [each.outcomes for each in results]


@pytest.mark.parametrize(("full", "light"), PAIRS)
def test_what_is_let_through_answers_the_same(
    full: str, light: str, interpreters: dict[tuple[str, str], Interpreter], tmp_path: Path
) -> None:
    one, other = interpreters["full", full], interpreters["light", light]
    tables = table(one, other)
    maker = Maker(2026)
    programs: list[str] = []
    made = 0
    while len(programs) < PROGRAMS:
        text = maker.program()
        made += 1
        assert made < 100 * PROGRAMS, "the router lets hardly anything through"
        if not analyse(text.encode(), "/nonexistent/program.py", tables):
            programs.append(text)
    expected = outcomes(one, programs, tmp_path / "full")
    found = outcomes(other, programs, tmp_path / "light")
    differing = [(text, a, b) for text, a, b in zip(programs, expected, found, strict=True) if a != b]
    assert differing == []


@pytest.mark.parametrize(("full", "light"), PAIRS)
@pytest.mark.parametrize("name", sorted(MUST_BE_FULL))
def test_known_differences_stay_on_full(
    full: str, light: str, name: str, interpreters: dict[tuple[str, str], Interpreter]
) -> None:
    tables = table(interpreters["full", full], interpreters["light", light])
    assert analyse(MUST_BE_FULL[name].encode(), "/nonexistent/program.py", tables) != ()
