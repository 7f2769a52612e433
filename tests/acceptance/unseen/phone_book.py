import re

TEXT = """
Ada Lovelace: +44 20 7946 0001
Alan Turing: 020-7946-0002
Nobody: none
Grace Hopper: (212) 555 0199
"""
people = {}
for line in TEXT.strip().splitlines():
    name, _, number = line.partition(":")
    digits = re.sub(r"[^\d+]", "", number)
    if not digits:
        print("skipped", name)
        continue
    people[name] = digits
for name in sorted(people, key=lambda n: n.split()[-1]):
    print(f"{name:.<20}{people[name]:.>16}")
print({len(v): k for k, v in people.items()})
