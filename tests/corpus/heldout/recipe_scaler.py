from fractions import Fraction
import re

RECIPE = """Pancakes (serves 4)
1 1/2 cups flour
3 1/2 tsp baking powder
1/4 tsp salt
1 tbsp sugar
1 1/4 cups milk
1 egg
3 tbsp butter, melted"""

PATTERN = re.compile(r"^(?:(\d+)\s+)?(?:(\d+)/(\d+)|(\d+))\s+(.*)$")


def parse(line):
    m = PATTERN.match(line)
    whole, num, den, integer, rest = m.groups()
    if integer:
        amount = Fraction(int(integer))
    else:
        amount = Fraction(int(num), int(den)) + int(whole or 0)
    return amount, rest


def pretty(amount):
    whole, part = divmod(amount, 1)
    if part == 0:
        return str(whole)
    return f"{whole} {part}" if whole else str(part)


title, *lines = RECIPE.splitlines()
serves = int(re.search(r"serves (\d+)", title).group(1))
for wanted in (2, 6, 10):
    factor = Fraction(wanted, serves)
    print(title.replace(str(serves), str(wanted)))
    for line in lines:
        amount, rest = parse(line)
        print("  ", pretty(amount * factor), rest)
