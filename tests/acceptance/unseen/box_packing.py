"""How many boxes of which size: whole numbers out of ones that are not."""

BOX = 2.5
SHEETS_PER_CM = 75 // 7.5
LAYERS = int(30.0 // 2.5)


def boxes(length, size=BOX):
    whole = length // size
    return int(whole), length - whole * size


print(SHEETS_PER_CM, LAYERS, 9.0 // 3, -7.5 // 2.5, 7.5 % 2.5)
for length in (10, 7.5, 12.25, 0.4):
    count, rest = boxes(length)
    print(f"{length:>6}: {count} boxes, {rest:.2f} left")
print(f"{10 // 2.5:.0f} of {BOX}, phase {(1 + 2j) / 1j}")
