import sys

for i in range(5):
    print("out", i)
    print("err", i, file=sys.stderr)
    if i == 2:
        sys.stdout.flush()
print(sys.stdout.isatty(), sys.stdout.encoding, sys.stderr.errors)
