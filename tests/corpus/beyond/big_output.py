import sys

for i in range(5000):
    print(i, "x" * (i % 100), sep=":")
sys.stdout.write("no newline at the end")
