"""Each kind of signal where it belongs, and properties that an allow-list must have."""

from __future__ import annotations

import keyword
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from slimepython.router.analyse import analyse, examine
from slimepython.router.decide import decide
from slimepython.router.signals import Kind, Platform, Policy, Signal, Tier
from slimepython.router.source import problem
from slimepython.router.tables import Tables

CORPUS = Path(__file__).parents[3] / "corpus"

LIGHT = [
    "print('hello', 1 + 2, [1, 2][0])",
    "def f(a, b=2, *c, **d):\n    return a, b, c, d\nprint(f(1), f(1, 2, 3, z=4))",
    "class A:\n    def __init__(self, x):\n        self.x = x\n    def __repr__(self):\n        return f'A({self.x})'\nprint(A(1))",  # noqa: E501
    "for i in range(3):\n    print(i, i % 2 == 0)",
    "s = {1, 2}\ns.add(3)\nprint(len(s), 2 in s, sorted(s))",
    "try:\n    int('x')\nexcept ValueError:\n    print('no number')",
    "import json\nprint(json.dumps({'a': [1, None]}, indent=2))",
    "print(eval('1 + 2'))",
    "class M(type):\n    def __new__(m, n, b, ns):\n        return super().__new__(m, n, b, ns)\nclass K(metaclass=M):\n    pass\nprint(K)",  # noqa: E501
    "print(' '.join(w.title() for w in 'a b c'.split()))",
    "def g():\n    x = yield 1\n    print(x)\nfor v in g():\n    print(v)",
    "print(f'{3.14159:.2f} {42:>6} {\"x\":*^5}')",
    "words = {w.lower() for w in 'b a'.split()}\nprint(sorted(len(w) for w in words), any(w == 'a' for w in words))",
    "def g():\n    try:\n        yield 1\n    finally:\n        print('end')\nfor n in g():\n    print(n)\nprint(*g())",
    "from contextlib import contextmanager\n@contextmanager\ndef m():\n    try:\n        yield 1\n    finally:\n"
    "        print('end')\nwith m() as v:\n    print(v)",
    "for n in range(3):\n    try:\n        print(n)\n    finally:\n        for m in range(2):\n            break",
    "match (1, 2):\n    case (a, b):\n        print(a + b)",
    "class P:\n    def __getattr__(self, name):\n        return getattr('abc', name) if False else name\nprint(P().zzz)",  # noqa: E501
]

FULL: list[tuple[str, Kind, str, int, int]] = [
    ("print(1)\nprint({3, 1, 2})", Kind.ORDER_DEP, "set order", 2, 7),
    ("for x in set('ab'):\n    print(x)", Kind.ORDER_DEP, "set order", 1, 10),
    ("s = set()\nt = s\nprint(list(t))", Kind.ORDER_DEP, "set order", 3, 12),
    ("def f():\n    return {1, 2}\nprint(f())", Kind.ORDER_DEP, "set order", 3, 7),
    ("class A:\n    def __init__(self):\n        self.s = set()\na = A()\nprint(a.s)", Kind.ORDER_DEP, "set order", 5, 7),  # noqa: E501
    ("a = {'x': {1, 2}}", Kind.ORDER_DEP, "set order", 1, 11),
    ("d = {}\nprint(d.keys() & d.keys())", Kind.ORDER_DEP, "set order", 2, 7),
    ("print(hash('a'))", Kind.IDENTITY, "hash", 1, 7),
    ("print(id(print))", Kind.IDENTITY, "id", 1, 7),
    ("print(dir([]))", Kind.IDENTITY, "dir", 1, 7),
    ("def f(): pass\nprint(f)", Kind.IDENTITY, "default text", 2, 7),
    ("class A: pass\nprint(A())", Kind.IDENTITY, "default text", 2, 7),
    ("class A: pass\na = A()\nprint(f'{a}')", Kind.IDENTITY, "default text", 3, 10),
    ("x = int('300')\nprint(x is int('300'))", Kind.IDENTITY, "is", 2, 7),
    ("class A:\n    def __del__(self): print('gone')\nA()", Kind.IDENTITY, "__del__", 2, 5),
    ("import sys\nprint(sys.version)", Kind.IDENTITY, "sys.version", 2, 7),
    ("print(open('x').read())", Kind.EFFECT, "open", 1, 7),
    ("print(input())", Kind.EFFECT, "input", 1, 7),
    ("import random\nprint(random.random())", Kind.EFFECT, "random.random", 2, 7),
    ("import os_like_thing", Kind.EFFECT, "os_like_thing", 1, 1),
    ("import sys\nprint('e', file=sys.stderr)", Kind.EFFECT, "stderr", 2, 17),
    ("import subprocess", Kind.UNLISTED, "subprocess", 1, 1),
    ("import curses", Kind.UNLISTED, "curses", 1, 1),
    ("from json import scanner", Kind.UNLISTED, "json.scanner", 1, 1),
    ("import zlib\nprint(zlib.compress(b'a' * 99).hex())", Kind.UNSUPPORTED, "zlib.compress", 2, 7),
    ("print(sum([0.1] * 10))", Kind.UNSUPPORTED, "sum", 1, 7),
    ("def f(a, b): return a / b\nprint(f(0, -1))", Kind.UNSUPPORTED, "Div", 1, 21),
    ("x = input_text\nprint(eval(x))", Kind.DYNAMIC_CODE, "eval", 2, 7),
    ("n = [].pop\nprint(getattr([], n()))", Kind.DYNAMIC_CODE, "getattr", 2, 7),
    ("__import__('os')", Kind.DYNAMIC_CODE, "__import__", 1, 1),
    ("print(nowhere)", Kind.UNLISTED, "nowhere", 1, 7),
    ("print([].__sizeof__())", Kind.IDENTITY, "__sizeof__", 1, 7),
    ("try:\n    x = 'a,b'\n    x.split(5)\nexcept TypeError as e:\n    print(e)", Kind.EXC_TEXT_DEP, "split", 3, 5),
    ("def f(n): return f(n + 1)\ntry:\n    f(0)\nexcept RecursionError:\n    print('deep')", Kind.DEEP, "f", 1, 1),
    ("for i in range(10 ** 6):\n    pass", Kind.HOT_LOOP, "for", 1, 1),
    ("d = {}\nk = d.keys()\nprint(k - d)", Kind.ORDER_DEP, "set order", 3, 7),
    ("d = {}\nd[frozenset('ab')] = 1", Kind.ORDER_DEP, "set order", 2, 3),
    ("print(eval('{1, 2}'))", Kind.ORDER_DEP, "set order", 1, 7),
    ("n = {}\nexec('s = {1}', n)", Kind.ORDER_DEP, "set in a container", 2, 1),
    ("import ast\nx = ast.literal_eval('{1}')\nprint(x)", Kind.ORDER_DEP, "set order", 3, 7),
    ("s = {1}\nprint(any(print(n) for n in s))", Kind.ORDER_DEP, "set order", 2, 29),
    ("s = {1}\nl = []\nprint({l.append(n) for n in s})", Kind.ORDER_DEP, "set order", 3, 29),
    ("class A:\n    def __init_subclass__(cls): print(cls.__dict__)", Kind.IDENTITY, "__dict__", 2, 39),
    ("class A:\n    def f(self): print(self.__dict__)\ng = A.f", Kind.IDENTITY, "__dict__", 2, 24),
    ("def g():\n    try: yield\n    finally: print(1)\nnext(g())", Kind.IDENTITY, "g", 1, 1),
    ("import weakref\nprint(weakref.ref(print))", Kind.IDENTITY, "weakref.ref", 2, 7),
    ("class A:\n    def __hash__(self): print(1); return 1", Kind.UNSUPPORTED, "__hash__", 2, 5),
    ("print(7.5 // 2.5)", Kind.UNSUPPORTED, "FoldedFloorDiv", 1, 7),
    ("n = len('a')\nprint(chr(n))", Kind.UNSUPPORTED, "chr", 2, 7),
    ("def f():\n    try: pass\n    finally: return 1", Kind.SYNTAX, "warning", 3, 14),
    ("def f(:", Kind.SYNTAX, "syntax", 1, 7),
    ("print('\\d')", Kind.SYNTAX, "warning", 1, 1),
    ("return 1", Kind.SYNTAX, "syntax", 1, 1),
    ("print('\u0295'.islower())", Kind.UNSUPPORTED, "U+0295", 1, 7),
]  # fmt: skip


def signals(text: str, tables: Tables | None) -> tuple[Signal, ...]:
    return analyse(text.encode(), "/nonexistent/script.py", tables)


@pytest.mark.parametrize("text", LIGHT)
def test_ordinary_scripts_have_no_signal(text: str, wasm: Tables) -> None:
    assert signals(text, wasm) == ()


@pytest.mark.parametrize(("text", "kind", "subject", "line", "column"), FULL)
def test_signal(text: str, kind: Kind, subject: str, line: int, column: int, wasm: Tables) -> None:
    found = signals(text, wasm)
    assert any((each.kind, each.subject, each.line) == (kind, subject, line) for each in found), found
    if kind is not Kind.SYNTAX:
        assert any(
            (each.kind, each.subject, each.line, each.column) == (kind, subject, line, column) for each in found
        ), found


def decided(source: bytes, path: str, tables: Tables, *, brief: bool) -> tuple[Tier, bytes]:
    """Where a script goes, and what would be tried; what is still to be asked afterwards is asked."""
    found = examine(source, path, tables, trial=True, brief=brief)
    left = None if found.tree is None else problem(found.tree, path)
    policy = Policy(Tier.LIGHT, Platform.NATIVE, trial=True)
    every = found.signals if left is None else (*found.signals, left)
    return decide(every, policy).tier, found.copy


@pytest.mark.parametrize("text", [*LIGHT, *(text for text, *_ in FULL)])
def test_the_short_way_decides_alike(text: str, native: Tables) -> None:
    tier, copy = decided(text.encode(), "none/script.py", native, brief=True)
    assert (tier, copy if tier is Tier.LIGHT else text.encode()) == decided(
        text.encode(), "none/script.py", native, brief=False
    )


@pytest.mark.parametrize("folder", ["dynamic", "rejected", "realworld", "heldout", "beyond", "hot"])
def test_the_short_way_decides_alike_about_the_corpora(folder: str, native: Tables) -> None:
    scripts = sorted((CORPUS / folder).glob("*.py"))
    assert scripts
    for path in scripts:
        source = path.read_bytes()
        tier, copy = decided(source, str(path), native, brief=True)
        expected, full_copy = decided(source, str(path), native, brief=False)
        assert (path.name, tier) == (path.name, expected)
        if tier is Tier.LIGHT:
            assert copy == full_copy


def test_without_a_table_everything_is_full() -> None:
    assert [each.kind for each in signals("print(1)", None)] == [Kind.NO_TABLE]


@pytest.mark.parametrize(
    "source",
    [b"\xff\xfeprint(1)", b"\xef\xbb\xbfprint(1)", b"# -*- coding: latin-1 -*-\nprint(1)", b"print('\0')", b"x" * (1 << 21),  # noqa: E501
     b"(" * 5000 + b")" * 5000, b"-" * 200_000 + b"1"],
)  # fmt: skip
def test_26_what_is_not_plain_text_is_full(source: bytes, wasm: Tables) -> None:
    assert [each.kind for each in analyse(source, "x.py", wasm)] == [Kind.SYNTAX]


def test_a_file_beside_the_script_may_shadow_a_module(tmp_path: Path, wasm: Tables) -> None:
    script = tmp_path / "script.py"
    script.write_text("print(1)")
    assert analyse(b"print(1)", str(script), wasm) == ()
    (tmp_path / "json.py").write_text("")
    assert [(each.kind, each.subject) for each in analyse(b"print(1)", str(script), wasm)] == [(Kind.EFFECT, "json.py")]


def test_an_error_that_nothing_catches_counts_only_natively(native: Tables, wasm: Tables) -> None:
    text = "def f(x):\n    return 'a,b'.split(x)\nprint(f(','))"
    assert signals(text, wasm) == ()
    assert Kind.UNCAUGHT in {each.kind for each in signals(text, native)}


STATEMENTS = st.sampled_from(
    [text for text in LIGHT if "\n" not in text] + [text for text, kind, *_ in FULL if kind is not Kind.SYNTAX]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=STATEMENTS, second=STATEMENTS)
def test_more_statements_never_hide_a_kind_of_signal(first: str, second: str, wasm: Tables) -> None:
    alone = {each.kind for each in signals(first, wasm)} - {Kind.UNLISTED, Kind.EXC_TEXT_DEP}
    together = {each.kind for each in signals(f"{first}\n{second}", wasm)}
    assert alone <= together


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.from_regex(r"[a-z_]{3,12}", fullmatch=True))
def test_a_builtin_that_is_not_listed_is_always_a_signal(name: str, wasm: Tables) -> None:
    assume(not keyword.iskeyword(name) and name not in wasm.builtins)
    assume(name not in ("print", "object", "hash", "eval", "exec", "compile", "vars"))
    assume(name not in ("__name__", "__debug__", "__class__"))
    assert signals(f"print({name})", wasm) != ()
