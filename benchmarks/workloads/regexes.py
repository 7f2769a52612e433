"""Regular expressions: a tokenizer, substitutions, a log's lines."""

import re

TOKEN = re.compile(r"\s*(?:(?P<num>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<op>[-+*/()=<>!]+))")
LINE = re.compile(r'(\S+) - \[(\d+):(\d+)\] "(GET|POST) ([^"]+)" (\d{3})')
CODE = "alpha = beta1 * (3.14 + gamma_2) - 42 / delta >= 7 " * 60
LOG = "\n".join(f'10.0.0.{i % 256} - [{i % 24}:{i % 60}] "{"GET" if i % 3 else "POST"} /p/{i}" {200 + i % 5}' for i in range(700))


def work():
    kinds = {}
    for match in TOKEN.finditer(CODE):
        kinds[match.lastgroup] = kinds.get(match.lastgroup, 0) + 1
    hits = LINE.findall(LOG)
    text = re.sub(r"(\d+)", lambda m: str(int(m[1]) + 1), CODE)
    words = re.split(r"\W+", CODE)
    return kinds, len(hits), hits[-1][4], len(text), len(words)
