"""A till that takes quantities as typed by people: numbers, words, nothing."""

WORDS = {"one": 1, "two": 2, "half": 0.5, "dozen": 12}


def quantity(raw):
    if raw is None:
        return 1
    if isinstance(raw, str):
        text = raw.strip().lower()
        if text in WORDS:
            return WORDS[text]
        try:
            return int(text)
        except ValueError:
            return float(text.replace(",", "."))
    return raw


basket = [
    ("apples", "two", 0.35),
    ("bread", None, 2.4),
    ("eggs", "dozen", 0.25),
    ("cheese", "0,75", 11),
    ("milk", 3, 1.05),
    ("melon", "half", 3),
]

total = 0
for name, raw, price in basket:
    n = quantity(raw)
    line = n * price
    total += line
    print(f"{name:<8}{n!s:>6} x {price:>5} = {line:>6.2f}  ({type(n).__name__} * {type(price).__name__} -> {type(line).__name__})")

value = total
print("total", round(value, 2))
value = str(round(value, 2))
print("as text", value, len(value))
value = value.split(".")
print("as list", value)
value = {"euros": int(value[0]), "cents": int(value[1])}
print("as dict", value)
