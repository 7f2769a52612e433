"""Parses web-server lines lazily; nothing is read before it is asked for."""

import itertools
import re
from collections import Counter, deque

LINE = re.compile(r'(?P<ip>\S+) \[(?P<hour>\d+):(?P<minute>\d+)\] "(?P<verb>[A-Z]+) (?P<path>\S+)" (?P<status>\d{3}) (?P<bytes>\d+|-)')


def lines(n):
    paths = ["/", "/login", "/img/a.png", "/api/v1/items", "/api/v1/items/7"]
    for i in range(n):
        status = 500 if i % 11 == 3 else 404 if i % 7 == 5 else 200
        size = "-" if status == 404 else str(100 + (i * 37) % 900)
        yield f'10.0.0.{i % 4} [{i // 20:02d}:{i * 3 % 60:02d}] "{"POST" if i % 5 == 1 else "GET"} {paths[i % 5]}" {status} {size}'
        if i % 25 == 24:
            yield "-- rotated --"


def parse(source, rejected):
    for line in source:
        match = LINE.match(line)
        if match:
            record = match.groupdict()
            record["status"] = int(record["status"])
            record["bytes"] = 0 if record["bytes"] == "-" else int(record["bytes"])
            yield record
        else:
            rejected.append(line)


def running(values, size=5):
    window = deque(maxlen=size)
    for value in values:
        window.append(value)
        yield round(sum(window) / len(window), 1)


rejected = []
records = list(parse(lines(60), rejected))
print(len(records), rejected)
print(Counter(r["status"] for r in records).most_common())
print(Counter(r["ip"] for r in records if r["verb"] == "POST"))

by_hour = itertools.groupby(records, key=lambda r: r["hour"])
for hour, group in by_hour:
    group = list(group)
    print(hour, len(group), sum(r["bytes"] for r in group), max(group, key=lambda r: r["bytes"])["path"])

errors = (r for r in parse(lines(10_000_000), []) if r["status"] >= 500)
print([(r["hour"], r["minute"]) for r in itertools.islice(errors, 4)])
print(list(itertools.islice(running(r["bytes"] for r in records), 8)))

odd, even = itertools.tee(itertools.islice(records, 6))
print([r["path"] for r in itertools.compress(odd, itertools.cycle([1, 0]))], sum(1 for _ in even))
print(list(itertools.accumulate((r["bytes"] for r in records[:5]), max)))
print([list(b) for b in itertools.batched(range(7), 3)], list(itertools.pairwise("abcd")))
