readings = {"mon": [12.5, 14.0, 13.5], "tue": [9.0, 11.5], "wed": []}


def mean(values):
    return sum(values) / len(values) if values else None


for day, values in readings.items():
    m = mean(values)
    print(day, "no data" if m is None else f"{m:.2f}")
flat = [v for values in readings.values() for v in values]
print(sum(flat), min(flat), max(flat), sorted(flat, reverse=True)[:3])
