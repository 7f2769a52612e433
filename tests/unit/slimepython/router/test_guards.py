"""What a trial finds out by itself: the copy of a script gives what the script gives, or ends itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from slimepython.router.analyse import examine
from slimepython.router.signals import Kind
from slimepython.router.tables import Tables

REFUSED = 70
CORPUS = Path(__file__).parents[3] / "corpus"


def run(source: bytes, folder: Path) -> tuple[int, str, str]:
    """Run a text on this very Python: what is asked here is what guards do, not what a tier does."""
    path = folder / "script.py"
    path.write_bytes(source)
    done = subprocess.run([sys.executable, "-s", str(path)], capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def guarded(text: str, tables: Tables, *subjects: str) -> bytes:
    """The copy of a script that has no other reasons to stay on Full than these."""
    found = examine(text.encode(), "none/script.py", tables, trial=True)
    assert found.signals == ()
    assert {each.subject for each in found.guards} >= set(subjects)
    assert found.copy != text.encode()
    return found.copy


PARAMETER = "import json\n\ndef given(text):\n    return json.loads(text)\n\ndef make(kind):\n    return kind()\n\n"
"""What comes out of `given` may be anything."""

GOES_ON = {
    "sum of ints": ("sum", "print(sum(given('[1, 2, 3]')), sum(x for x in given('[4]')), sum([[1], [2]], []))"),
    "sum of floats that is exact": ("sum", "print(sum(given('[0.5, 0.25, 1]')), sum([given('1.5'), 2], 3))"),
    "division": ("Div", "a, b = given('[6, 4]')\nprint(a / b, (a) / (b), a / b / 2, (1 + a) / (b), f'{a / b:.1f}')"),
    "nested": ("Div", "a, b = given('[6, 4]')\nprint(a / (a / b), a / b < b / a, [a / b][0], {a / b: b / a})"),
    "in a class": ("Div", "class A:\n    def f(self, a, b):\n        return a / b\nprint(A().f(*given('[1, 2]')))"),
    "over lines": ("Div", "a, b = given('[6, 4]')\nprint((a\n    /\n    b), (\n  a / b))"),
    "beside ü": ("Div", "a, b = given('[6, 4]')\nprint('ü', a / b, 'ü', b / a)"),
    "augmented": ("AugAdd", "a = given('7')\na += given('2')\nprint(a)"),
    "augmented attribute": (
        "AugAdd",
        "class A:\n    pass\nx = A()\nx.n = given('1')\nx.n += given('2')\nprint(x.n)",
    ),
    "augmented item": ("AugAdd", "d = {'a': given('1')}\nfor k in d:\n    d[k] += given('2')\nprint(d)"),
    "identity": ("is", "a, b = given('[[1], [1]]')\nprint(a is b, a is not b, a is a)"),
    "computed attribute": (
        "getattr",
        "class A:\n    x = 1\n    def f(self): return 'f'\n"
        'for n in given(\'["x", "f"]\'):\n    v = getattr(make(A), n)\n    print(v() if callable(v) else v)\n'
        "print(getattr(A(), given('\"no\"'), 3), hasattr(A, given('\"x\"')))",
    ),
    "computed attribute in a formatted text": (
        "getattr",
        "class A:\n    x = 1\nn = given('\"x\"')\nprint(f'{n}={getattr(make(A), n)!r}')",
    ),
    "set attribute": ("setattr", "class A: pass\na = make(A)\nsetattr(a, given('\"x\"'), 1)\nprint(a.x, vars(a))"),
    "names without special ones": ("dir", "class A:\n    x = 1\nprint([n for n in dir(A()) if not n.startswith('_')])"),
    "a builtin given to what calls it": (
        "sum",
        "rows = given('[[1, 2], [3]]')\nprint(list(map(sum, rows)), max(rows, key=sum), sorted(rows, key=sum))",
    ),
    "numbers of lines": (
        "Div",
        "class M(type):\n    def __new__(m, name, bases, space):\n        print(space.get('__firstlineno__'))\n"
        "        return super().__new__(m, name, bases, space)\nclass A(metaclass=M): pass\na, b = given('[6, 4]')\n"
        "print(a / b)",
    ),
    "generators that end": (
        "held",
        "def held(n):\n    try:\n        got = yield n\n        yield got, n\n        yield from given('[5]')\n"
        "        print((yield))\n    except KeyError:\n        yield 'caught'\n    finally:\n        print('end')\n"
        "h = held(1)\nprint(next(h), h.send(2), next(h), next(h), next(h, 'none'))\n"
        "h = held(2)\nprint(next(h), h.throw(KeyError), next(h, 'none'))",
    ),
    "generators that are closed by name": (
        "held",
        "def held():\n    try:\n        yield 1\n    finally:\n        print('end')\nh = held()\nnext(h)\nh.close()\n"
        "print('closed')",
    ),
    "characters": (
        "chr",
        "print([chr(n) for n in given('[65, 233]')], b'\\xc3\\xa9'.decode(), ''.join(map(chr, given('[66]'))))",
    ),
    "literals": ("FoldedFloorDiv", "print(7.5 // 2.5, (1.5 + 1) // 2.5, -(7.5 // 2.5))"),
    "after a text and the future": ("sum", '"""Text."""\nfrom __future__ import annotations\nprint(sum(given("[1]")))'),
}


@pytest.mark.parametrize("case", GOES_ON)
def test_the_copy_gives_what_the_script_gives(case: str, tmp_path: Path, native: Tables) -> None:
    subject, code = GOES_ON[case]
    text = PARAMETER + code + "\n"
    if "__future__" in code:
        head, _, tail = code.rpartition("annotations\n")
        text = head + "annotations\n" + PARAMETER + tail + "\n"
    copy = guarded(text, native, subject)
    assert run(copy, tmp_path) == run(text.encode(), tmp_path)
    assert run(copy, tmp_path)[0] == 0


REFUSES = {
    "sum of floats": ("sum", "print(sum(given('[0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]')))"),
    "sum with a bool among floats": ("sum", "print(sum(given('[0.5, true, 0.25]')))"),
    "negative zero": ("Div", "a, b = given('[0, -5]')\nprint(a / b)"),
    "caught": ("Div", "a, b = given('[0, -5]')\ntry:\n    print(a / b)\nexcept BaseException:\n    print('caught')"),
    "in a finally": ("Div", "a, b = given('[0, -5]')\ntry:\n    print(a / b)\nfinally:\n    print('last')"),
    "identity of numbers": ("is", "a, b = given('[1000, 1000]')\nprint(a is b)"),
    "special name": ("getattr", "class A: pass\nprint(getattr(A(), given('\"__class__\"')))"),
    "names of frames": ("getattr", "class A: pass\nprint(getattr(make(A), given('\"f_back\"'), 1))"),
    "a generator that is dropped": (
        "held",
        "def held():\n    try:\n        yield 1\n    finally:\n        print('end')\nh = held()\nnext(h)\nh = None",
    ),
    "a generator that is kept": (
        "held",
        "def held():\n    try:\n        yield 1\n    finally:\n        print('end')\nh = held()\nnext(h)\nh = [h, h]",
    ),
    "a loop that is left": (
        "held",
        "class A:\n    def __enter__(self): pass\n    def __exit__(self, *e): print('end')\n"
        "def held():\n    with A():\n        yield 1\nfor n in held():\n    break",
    ),
    "a character of another version": ("chr", "print(chr(given('661')).islower())"),
    "a character out of bytes, by a method of the same name": (
        "decode",
        "class C:\n    def decode(self, data):\n        return data.decode('utf-8')\n"
        "print(C().decode(b'\\xca\\x95').islower())",
    ),
    "a character out of bytes": ("decode", "print(b'\\xca\\x95'.decode().islower())"),
    "list from a list of others": ("AugAdd", "a = given('[1]')\na += given('{\"b\": 1}')\nprint(a)"),
}


@pytest.mark.parametrize("case", REFUSES)
def test_the_copy_ends_itself(case: str, tmp_path: Path, native: Tables) -> None:
    subject, code = REFUSES[case]
    copy = guarded(PARAMETER + code + "\n", native, subject)
    status, out, err = run(copy, tmp_path)
    assert (status, out) == (REFUSED, "")
    assert err.startswith("a guard met ")


def test_nothing_is_guarded_without_a_trial(native: Tables) -> None:
    text = PARAMETER + "print(sum(given('[1]')))\n"
    found = examine(text.encode(), "none/script.py", native, trial=False)
    assert Kind.UNSUPPORTED in {each.kind for each in found.signals}
    assert (found.copy, found.guards) == (text.encode(), ())


@pytest.mark.parametrize(
    "code",
    [
        "x = 1; print(sum(given('[1]')))",
        "match given('1'):\n    case -1: print('a')\n    case _: print('b')",
    ],
)
def test_a_guard_between_others_on_its_line_changes_no_answer(code: str, tmp_path: Path, native: Tables) -> None:
    text = (PARAMETER + code + "\n").encode()
    found = examine(text, "none/script.py", native, trial=True)
    assert (found.signals, found.copy != text) == ((), True)
    assert run(found.copy, tmp_path) == run(text, tmp_path)


@pytest.mark.parametrize(
    "code",
    [
        "def f(a: given('1') / given('2') = 1): return a\nprint(f())",
        "a, b = given('[6, 4]')\nprint(f'{a / b=}')",
    ],
)
def test_what_cannot_be_guarded_is_left_alone(code: str, native: Tables) -> None:
    text = (PARAMETER + code + "\n").encode()
    found = examine(text, "none/script.py", native, trial=True)
    assert {each.subject for each in found.signals} == {"Div"}
    assert found.copy == text


@pytest.mark.parametrize(
    "folder", ["dynamic", "rejected", "realworld", "heldout", "beyond", "hot", "../acceptance/unseen"]
)
def test_copies_of_the_corpora_give_what_the_scripts_give(folder: str, tmp_path: Path, native: Tables) -> None:
    tried = 0
    for path in sorted((CORPUS / folder).glob("*.py")):
        source = path.read_bytes()
        found = examine(source, str(path), native, trial=True)
        if found.copy == source:
            continue
        tried += 1
        ours = run(found.copy, tmp_path)
        if ours[0] == 0:
            assert ours == run(source, tmp_path), path
    assert tried


def test_a_builtin_is_itself_where_it_is_looked_at(native: Tables) -> None:
    text = PARAMETER + "for f in (sum, max):\n    print(f.__name__, f(given('[1]')))\n"
    found = examine(text.encode(), "none/script.py", native, trial=True)
    assert "sum" in {each.subject for each in found.signals}
    assert b"__sp_sum__" not in found.copy


def test_a_name_that_a_text_may_use_is_not_taken_for_all(native: Tables) -> None:
    text = PARAMETER + "print(f'{sum(given(\"[1]\"))}', eval('sum').__name__)\n"
    assert b"'aliases': []" in guarded(text, native, "sum")


def test_sets_behind_computed_names_stay_on_full(native: Tables) -> None:
    made = "class A:\n    def __init__(self):\n        self.tags = set()\n"
    text = f"{made}for n, v in vars(A()).items():\n    print(n, v)\n"
    found = examine(text.encode(), "none/script.py", native, trial=True)
    assert Kind.ORDER_DEP in {each.kind for each in found.signals}


def test_functions_of_operators_are_judged_as_the_operators(native: Tables) -> None:
    text = "import operator\nfor f in (operator.truediv,):\n    print(f(0, -5))\n"
    found = examine(text.encode(), "none/script.py", native, trial=True)
    assert "operator truediv" in {each.subject for each in found.signals}
