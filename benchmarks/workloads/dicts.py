"""Dictionaries: counting, grouping, merging, nested look-ups, comprehension."""


def work():
    counts, groups = {}, {}
    for i in range(15_000):
        key = i * 7919 % 1009
        counts[key] = counts.get(key, 0) + 1
        groups.setdefault(key % 13, []).append(i)
    merged = {**counts, **{str(k): v for k, v in counts.items() if v % 2}}
    inverse = {v: k for k, v in merged.items()}
    return len(merged), len(inverse), sum(len(g) for g in groups.values()), sorted(groups)[-1]
