import sys

data = sys.stdin.buffer.read()
print(len(data), data, data.decode("utf-8").split())
sys.stdout.buffer.write(b"\xff\xfe raw \x00 bytes\n")
