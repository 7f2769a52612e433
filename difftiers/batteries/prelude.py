"""Runs inside a probed interpreter: calls things with many arguments and writes what came of it, one line an item.

`python prelude.py ITEMS OUT START`: ITEMS holds one JSON object a line, `{"key", "do", …}`; OUT gets `[index, outcomes]`
for each from START on, flushed, so that whoever started this knows which item ended the process.
"""
import gc
import io
import json
import re
import sys
import warnings

ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
LIMIT = 1200
HEARD = io.StringIO()


def listen():
    """Take stderr, with the warnings that a script would see; each time, and not only where it is met first."""
    sys.stderr = HEARD
    warnings.resetwarnings()
    for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
        warnings.simplefilter("ignore", category)
    warnings.filterwarnings("always", category=DeprecationWarning, module="__main__")
    for category in (SyntaxWarning, RuntimeWarning, UserWarning, FutureWarning, BytesWarning, EncodingWarning):
        warnings.simplefilter("always", category)


def heard():
    """What was said on stderr since this was last asked, to stand after an outcome."""
    text = HEARD.getvalue()
    if not text:
        return ""
    HEARD.seek(0)
    HEARD.truncate()
    # Of a receiver that was let go later: not about what was called.
    said = [line for line in text.splitlines() if "was never awaited" not in line]
    return " ; stderr " + "\n".join(said) if said else ""


def shorten(text):
    text = ADDRESS.sub("0x", text)
    if len(text) > LIMIT:
        text = text[:LIMIT] + "...%d" % len(text)
    return text


def show(value, depth=0):
    """What a script could print of a value, with its type; the order of sets and the place of objects left out."""
    kind = type(value)
    if kind in (int, float, complex, str, bytes, bytearray, bool, type(None), type(Ellipsis), type(NotImplemented)):
        return repr(value)
    if kind in (set, frozenset):
        return kind.__name__ + "<" + ",".join(sorted(show(each, depth + 1) for each in value)) + ">"
    if depth > 4:
        return "deep " + kind.__name__
    if kind in (list, tuple):
        opening, closing = "[]" if kind is list else "()"
        return opening + ",".join(show(each, depth + 1) for each in value) + closing
    if kind is dict:
        return "{" + ",".join(show(k, depth + 1) + ":" + show(v, depth + 1) for k, v in value.items()) + "}"
    if hasattr(kind, "__next__") and not isinstance(value, io.IOBase):
        items = []
        try:
            for each in value:
                items.append(show(each, depth + 1))
                if len(items) >= 12:
                    items.append("...")
                    break
        except BaseException as error:
            items.append(failure(error))
        return "iterator " + kind.__name__ + "[" + ",".join(items) + "]"
    return kind.__name__ + " " + repr(value)


def failure(error):
    kind = type(error)
    try:
        text = str(error)
    except BaseException as other:
        text = "str fails: " + type(other).__name__
    module = kind.__module__
    name = kind.__qualname__ if module in ("builtins", "__main__") else module + "." + kind.__qualname__
    return "!" + name + "|" + text


SHAPES = {"kinds": set()}


def outcome(function):
    try:
        value = function()
        text, kind = "=" + show(value), type(value).__name__
    except BaseException as error:
        text, kind = failure(error), ""
    return shorten(text) + shorten(heard()), kind


def class_space():
    """Classes of the values below that need a name."""
    space = {"__name__": "__main__"}
    exec(SUPPORT, space)
    return space


SUPPORT = '''
class Plain:
    def __init__(self, x=1): self.x = x
    def __repr__(self): return f"Plain({self.x})"
    def __eq__(self, other): return isinstance(other, Plain) and self.x == other.x
    def __hash__(self): return 7
class Index:
    def __index__(self): return 2
    def __repr__(self): return "Index()"
class Str(str): pass
class Int(int): pass
class List(list): pass
class Dict(dict): pass
class Iter:
    def __iter__(self): return iter("ab")
    def __repr__(self): return "Iter()"
def gen():
    got = yield 1
    yield got
    return 3
def add(a, b=1): return (a, b)
'''


def calls(item):
    """`{"call": source with a,b,c…, "receivers": [...], "arguments": [[...], ...], "keep": show receiver too}`.

    With "spelled" the call is a text to put each argument's own text into: then the compiler may compute it.
    """
    space = class_space()
    for line in item.get("setup", []):
        exec(line, space)
    template = None if item.get("spelled") else compile(item["call"], "<call>", "eval")
    sources = {}

    def made(source):
        code = sources.get(source)
        if code is None:
            code = sources[source] = compile(source, "<value>", "eval")
        return eval(code, space)

    results = []
    kinds = {}
    for receiver in item.get("receivers", ["None"]):
        for arguments in item["arguments"]:
            try:
                space["r"] = made(receiver)
                space["a"] = [made(each) for each in arguments]
            except BaseException as error:
                results.append("?" + failure(error))
                continue
            heard()
            source = template or item["call"].format(*arguments)
            text, kind = outcome(lambda: eval(source, space))
            if item.get("keep"):
                text += " ; " + outcome(lambda: space["r"])[0]
            if kind:
                kinds[kind] = 1
            results.append(text)
    return results, sorted(kinds)


def snippet(item):
    """`{"code": statements}`: what they print, or how they fail."""
    space = {"__name__": "__main__"}
    heard()
    kept = sys.stdout
    sys.stdout = buffer = io.StringIO()
    end = ""
    try:
        exec(compile(item["code"], "<snippet>", "exec", dont_inherit=True), space)
    except BaseException as error:
        end = failure(error)
    finally:
        sys.stdout = kept
    lines = [ADDRESS.sub("0x", line) for line in buffer.getvalue().splitlines()]
    return [*lines, end, heard()], []


def attributes(item):
    """The public names of what an expression gives, and what kind each is."""
    space = class_space()
    for line in item.get("setup", []):
        exec(line, space)
    value = eval(item["of"], space)
    return sorted(dir(value)), [type(value).__name__]


def codepoints(item):
    """A function over the code points that are or may be assigned, as runs of equal answers."""
    function = eval(item["function"], {})
    runs = []
    last = None
    for number in [*range(0x33500), *range(0xE0000, 0xE01F1), 0xF0000, 0x10FFFF]:
        try:
            answer = function(chr(number))
        except Exception as error:
            answer = type(error).__name__
        if answer != last:
            runs.append((number, answer if isinstance(answer, (int, bool, str, type(None))) else repr(answer)))
            last = answer
    return [json.dumps(runs)], []


def mentioned(source):
    """What kinds of syntax, attributes and names a statement has: told by the interpreter that knows its own syntax."""
    import ast

    tree = ast.parse(source)
    nodes, attributes, names, dunders, keywords = {}, {}, {}, {}, {}
    for node in ast.walk(tree):
        nodes[type(node).__name__] = 1
        if isinstance(node, ast.Attribute):
            dotted = node.attr
            if isinstance(node.value, ast.Name):
                dotted = node.value.id + "." + node.attr
            elif isinstance(node.value, ast.Attribute) and isinstance(node.value.value, ast.Name):
                dotted = node.value.value.id + "." + node.value.attr + "." + node.attr
            attributes[node.attr] = 1
            names[dotted] = 1
        elif isinstance(node, ast.Name):
            names[node.id] = 1
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
            for each in node.keywords:
                if called and each.arg:
                    keywords[called + " " + each.arg] = 1
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("__"):
            dunders[node.name] = 1
    return {"nodes": sorted(nodes), "attributes": sorted(attributes), "names": sorted(names), "dunders": sorted(dunders),
            "keywords": sorted(keywords)}


def statements(item):
    """`{"setup", "statements"}`: each run in one common namespace; what it prints, or how it fails."""
    space = class_space()
    for line in item.get("setup", []):
        exec(line, space)
    results, mentions = [], []
    for source in item["statements"]:
        heard()
        kept = sys.stdout
        sys.stdout = buffer = io.StringIO()
        end = ""
        try:
            exec(compile(source, "<statement>", "exec", dont_inherit=True), space)
        except BaseException as error:
            end = failure(error)
        finally:
            sys.stdout = kept
        results.append(end + ADDRESS.sub("0x", buffer.getvalue() + heard()))
        if item.get("mention"):
            mentions.append(mentioned(source))
    return results, mentions


def module(item):
    """What a module has: `name kind text` for each public name, then the attributes of its classes."""
    import importlib

    found = importlib.import_module(item["module"])
    lines, attributes = [], {}
    for name in sorted(dir(found)):
        if name.startswith("_"):
            continue
        value = getattr(found, name)
        kind = "class" if isinstance(value, type) else "module" if type(value) is type(sys) else "constant"
        text = ""
        if kind == "class":
            for each in dir(value):
                attributes[each] = 1
        elif callable(value):
            kind = "function"
            for each in dir(value):
                attributes[each] = 1
        elif kind == "constant":
            for each in dir(value):
                attributes[each] = 1
            text = show(value)
            if isinstance(value, (set, frozenset)):
                kind = "set"
        lines.append("%s %s %s" % (name, kind, shorten(text)))
    return lines, sorted(attributes)


DOES = {"module": module, "statements": statements, "calls": calls, "snippet": snippet, "attributes": attributes, "codepoints": codepoints}


def main():
    items_path, out_path, start = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with open(items_path, encoding="utf-8") as stream:
        items = [json.loads(line) for line in stream]
    listen()
    with open(out_path, "a", encoding="utf-8") as out:
        for index in range(start, len(items)):
            out.write("B%d\n" % index)
            out.flush()
            item = items[index]
            try:
                results, kinds = DOES[item["do"]](item)
            except BaseException as error:
                results, kinds = ["?" + failure(error)], []
            out.write("R" + json.dumps([index, results, kinds]) + "\n")
        out.write("E\n")


main()
