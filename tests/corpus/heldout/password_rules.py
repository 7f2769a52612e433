import re

RULES = [
    (lambda p: len(p) >= 8, "at least 8 characters"),
    (lambda p: re.search(r"[A-Z]", p), "an upper-case letter"),
    (lambda p: re.search(r"[a-z]", p), "a lower-case letter"),
    (lambda p: re.search(r"\d", p), "a digit"),
    (lambda p: re.search(r"[^\w\s]", p), "a symbol"),
    (lambda p: not re.search(r"(.)\1\1", p), "no three of a kind"),
]


def check(password):
    return [text for rule, text in RULES if not rule(password)]


for password in ["short", "longenough", "Longenough1", "G00d-enough", "Baaad-111x", ""]:
    problems = check(password)
    score = len(RULES) - len(problems)
    print(f"{password!r:15} {'*' * score:6} {'ok' if not problems else 'needs ' + ', '.join(problems)}")
