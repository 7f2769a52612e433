"""Readers that must close what they opened, whether they are read to their end, left early, or never finished."""

LOG = []


class Source:
    def __init__(self, name, lines):
        self.name, self.lines = name, lines

    def __enter__(self):
        LOG.append(f"open {self.name}")
        return self

    def __exit__(self, *error):
        LOG.append(f"close {self.name}")


def read(source):
    with source as opened:
        for line in opened.lines:
            yield line.strip()


def numbered(lines):
    n = 0
    try:
        for line in lines:
            n += 1
            yield n, line
    finally:
        LOG.append(f"{n} lines")


def first_with(word, source):
    for n, line in numbered(read(source)):
        if word in line:
            return n


poem = ["so much depends ", "upon", "a red wheel", "barrow"]
print(list(numbered(read(Source("whole", poem)))))
print(first_with("red", Source("part", poem)))
print(first_with("blue", Source("none", poem)))
left = read(Source("left", poem))
right = read(Source("right", poem))
print(next(right), next(left))
try:
    for n, line in numbered(read(Source("broken", ["1", "x"]))):
        print(n, int(line))
except ValueError:
    LOG.append("no number")
print("\n".join(LOG))
