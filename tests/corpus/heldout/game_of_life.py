def step(cells):
    counts = {}
    for x, y in cells:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if dx or dy:
                    pos = (x + dx, y + dy)
                    counts[pos] = counts.get(pos, 0) + 1
    return {pos for pos, n in counts.items() if n == 3 or (n == 2 and pos in cells)}


def draw(cells, w=10, h=6):
    return "\n".join("".join("#" if (x, y) in cells else "." for x in range(w)) for y in range(h))


glider = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}
cells = glider
for gen in range(5):
    print("generation", gen)
    print(draw(cells))
    cells = step(cells)
print(sorted(cells))
blinker = {(4, 2), (4, 3), (4, 4)}
print(step(step(blinker)) == blinker)
