"""Strings: building, joining, splitting, formatting, translating."""

TABLE = str.maketrans("aeiou", "AEIOU")


def work():
    parts = []
    for i in range(4_000):
        parts.append(f"{i:05d}:{i * 1.5:.2f}|{'odd' if i % 2 else 'even':>5}")
    text = ",".join(parts)
    words = text.replace("|", " ").split(",")
    upper = [w.upper().strip("0").partition(":")[2] for w in words]
    grown = ""
    for word in words[:1_500]:
        grown += word[:3]
    return len(text), upper[7], grown.count("01"), text.translate(TABLE).count("E"), "%s-%d" % (words[3], len(grown))
