import sys
from collections import Counter

first = input()
counts = Counter(first.split())
lines = 1
for line in sys.stdin:
    counts.update(line.split())
    lines += 1
print(lines, counts.most_common(3))
try:
    input("more? ")
except EOFError:
    print("no more")
