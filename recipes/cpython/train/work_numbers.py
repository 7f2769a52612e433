"""Training workload: integer and float loops, matrices, primes, big integers, decimal, fractions, datetime, statistics."""
import array
import cmath
import datetime
import decimal
import fractions
import math
import random
import statistics

rng = random.Random(11)


def loops():
    total, x = 0, 0.5
    for i in range(20000):
        total += i * 3 % 7
        if i & 1:
            x = x * 3.7 * (1.0 - x)
        total ^= i << 2
    i = 0
    while i < 5000:
        i += 1
        total -= i // 3
    return total, x


def matrix(n=28):
    a = [[rng.random() for _ in range(n)] for _ in range(n)]
    b = [[rng.random() for _ in range(n)] for _ in range(n)]
    return [[sum(a[i][k] * b[k][j] for k in range(n)) for j in range(n)] for i in range(n)]


def sieve(n=12000):
    flags = bytearray([1]) * (n + 1)
    for i in range(2, int(n**0.5) + 1):
        if flags[i]:
            flags[i * i :: i] = bytes(len(range(i * i, n + 1, i)))
    return [i for i in range(2, n + 1) if flags[i]]


def bodies():
    state = [[rng.random() for _ in range(6)] for _ in range(5)]
    for _ in range(300):
        for i in range(5):
            for j in range(i + 1, 5):
                p, q = state[i], state[j]
                dx, dy, dz = p[0] - q[0], p[1] - q[1], p[2] - q[2]
                pull = 0.001 / (math.sqrt(dx * dx + dy * dy + dz * dz) + 0.01)
                p[3] -= dx * pull
                p[4] -= dy * pull
                q[3] += dx * pull
                q[5] += dz * pull
        for body in state:
            body[0] += body[3]
            body[1] += body[4]
            body[2] += body[5]


def mandelbrot():
    for re in range(-20, 10):
        for im in range(-10, 10):
            z, c = 0j, complex(re / 10, im / 10)
            for _ in range(25):
                z = z * z + c
                if abs(z) > 2:
                    break


def big():
    n = 3**2000
    str(n), int(str(n)), n % 10007, pow(7, 12345, 10**40 + 7), math.gcd(n, 6**500), n >> 300, math.factorial(200)
    math.isqrt(n), n.bit_length(), -n // 977, divmod(n, 10**90)


def exact():
    with decimal.localcontext(prec=40):
        x = decimal.Decimal(2).sqrt()
        for i in range(1, 300):
            x = (x * i / decimal.Decimal("1.7")).quantize(decimal.Decimal("1e-20")) % 1000 + decimal.Decimal(i)
        str(x), x.ln(), format(x, ",.2f")
    sum(fractions.Fraction(1, i) for i in range(1, 60))


def dates():
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    for i in range(800):
        day += datetime.timedelta(hours=i, minutes=3)
        text = day.isoformat()
        assert datetime.datetime.fromisoformat(text) == day
        day.strftime("%Y-%m-%d %H:%M"), day.date().weekday(), day.timestamp(), day.replace(day=1)


def library():
    data = [rng.gauss(0, 1) for _ in range(1500)]
    statistics.mean(data), statistics.stdev(data), statistics.median(data), math.fsum(data), math.hypot(*data[:5])
    sorted(data), sorted(data, reverse=True), min(data), max(data), array.array("d", data).tobytes()
    cmath.sqrt(-1), [round(v, 2) for v in data], [f"{v:.4e}" for v in data[:300]], [float(str(v)) for v in data[:300]]
    rng.shuffle(data), [rng.randint(1, 6) for _ in range(500)], sorted((int(v * 100) for v in data))


for turn in range(200):
    loops(), matrix(), sieve(), bodies(), mandelbrot(), big(), exact(), library()
    if turn % 2 == 0:
        dates()
