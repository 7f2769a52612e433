import sys

total, count = 0.0, 0
for n, line in enumerate(sys.stdin, 1):
    line = line.strip()
    if not line:
        continue
    try:
        total += float(line)
        count += 1
    except ValueError as e:
        print(f"line {n}: {e}", file=sys.stderr)
print("count", count)
if count:
    print("average", total / count)
