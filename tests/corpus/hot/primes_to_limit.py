import sys


def sieve(limit):
    flags = bytearray([1]) * (limit + 1)
    flags[0:2] = b"\0\0"
    for n in range(2, int(limit**0.5) + 1):
        if flags[n]:
            for multiple in range(n * n, limit + 1, n):
                flags[multiple] = 0
    return [n for n in range(limit + 1) if flags[n]]


limit = int(sys.argv[1])
rounds = limit // 6000
for _ in range(rounds):
    primes = sieve(limit)
print(len(primes), primes[-1], sum(primes) % 1_000_003)
