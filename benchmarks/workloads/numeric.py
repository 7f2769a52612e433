"""Numbers: float loops, integers beyond 64 bits, modular powers."""


def work():
    # Escape times of a few points of the Mandelbrot set.
    inside = 0
    for row in range(30):
        for column in range(40):
            c = complex(-2 + column * 0.07, -1 + row * 0.066)
            z = 0j
            for _ in range(40):
                z = z * z + c
                if z.real * z.real + z.imag * z.imag > 4:
                    break
            else:
                inside += 1
    big = 1
    for i in range(1, 250):
        big *= i
    total = 0.0
    for i in range(20_000):
        total += i * 0.5 - i / 3
    return inside, big % 1_000_003, pow(3, 10**12, 10**9 + 7), round(total, 3)
