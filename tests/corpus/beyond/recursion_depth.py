import sys


def down(n):
    try:
        return down(n + 1)
    except RecursionError as error:
        return n, str(error)


def plain(n):
    return 0 if n == 0 else 1 + plain(n - 1)


print(sys.getrecursionlimit(), plain(900))
depth, text = down(0)
print(depth > 900, depth, text)
sys.setrecursionlimit(200)
print(down(0))
