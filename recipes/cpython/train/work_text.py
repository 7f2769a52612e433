"""Training workload: regular expressions, string building, formatting, splitting, encoding, templates."""
import re
import string
import textwrap
import tokenize
import io

LOG = "\n".join(
    f'10.0.{i % 256}.{i * 7 % 256} - user{i} [12/Mar/2026:10:{i % 60:02d}:00 +0000] "GET /item/{i}?q={i * 3} HTTP/1.1" 200 {i * 11}'
    for i in range(800)
)
LINE = re.compile(r'(?P<ip>\d+\.\d+\.\d+\.\d+) - (?P<user>\w+) \[(?P<when>[^\]]+)\] "(?P<verb>[A-Z]+) (?P<path>\S+) [^"]*" (\d{3}) (\d+)')
WORD = re.compile(r"\b[a-z]+\d*\b", re.IGNORECASE)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
PROSE = ("The quick brown fox jumps over the lazy dog; señor größe write to a.b+c@example.org. " * 60)


def regexes():
    found = [m.groupdict() for m in map(LINE.match, LOG.splitlines()) if m]
    assert len(found) == 800
    WORD.findall(LOG), EMAIL.findall(PROSE), re.sub(r"(\w+) (\w+)", r"\2 \1", PROSE)
    re.split(r"[,;.\s]+", PROSE), re.sub(r"[aeiou]", lambda m: m[0].upper(), PROSE)
    re.findall(r"(?:ab|cd|fo?x)+|l[a-z]{2}y", PROSE), re.search(r"(a+)+b", "a" * 14 + "c")
    re.fullmatch(r"(?i)[a-z0-9_]+(?:\.[a-z]+)*", "Module_1.sub.name")


def building():
    parts = []
    for i in range(3000):
        parts.append(f"{i:>6}|{i / 7:.3f}|{i!r}|{'x' * (i % 9):<9}|{i:#x}")
    text = "\n".join(parts)
    rows = [line.split("|") for line in text.split("\n")]
    out = ""
    for row in rows:
        out += row[0].strip() + ","
    "%s-%d-%5.2f" % ("a", 3, 2.5), "{}:{name:^10}".format(1, name="n"), string.Template("$a $b").substitute(a=1, b=2)
    text.replace("x", "yy").upper().title().count("Y"), text.encode().decode("utf-8"), text.encode("utf-16").decode("utf-16")
    text.translate(str.maketrans("0123456789", "abcdefghij")), text.find("2999"), "2999" in text, text.rfind("|")
    sorted(rows, key=lambda r: r[1]), textwrap.wrap(PROSE[:1500], 60), text.partition("|"), text.startswith("  ")
    "".join(c for c in PROSE if c.isalpha()), "".join(reversed(PROSE)), [ord(c) for c in PROSE[:900]]


def source():
    code = "\n".join(f"def f{i}(a, b={i}, *c, **d):\n    if a > b:\n        return [x * a for x in c]\n    return d" for i in range(120))
    exec(compile(code, "<generated>", "exec"), {})
    list(tokenize.generate_tokens(io.StringIO(code).readline))


for turn in range(125):
    regexes()
    building()
    if turn % 8 == 0:
        source()
