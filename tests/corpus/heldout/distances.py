from math import radians, sin, cos, asin, sqrt

CITIES = {"Berlin": (52.52, 13.405), "Paris": (48.8566, 2.3522), "Rome": (41.9028, 12.4964), "Oslo": (59.9139, 10.7522)}

def km(a, b):
    (la1, lo1), (la2, lo2) = (tuple(map(radians, CITIES[c])) for c in (a, b))
    h = sin((la2 - la1) / 2) ** 2 + cos(la1) * cos(la2) * sin((lo2 - lo1) / 2) ** 2
    return 2 * 6371 * asin(sqrt(h))

names = sorted(CITIES)
print(" " * 8 + "".join(f"{n:>9}" for n in names))
for a in names:
    print(f"{a:<8}" + "".join(f"{km(a, b):9.1f}" for b in names))
pairs = sorted((km(a, b), a, b) for a in names for b in names if a < b)
print("closest", pairs[0][1:], "farthest", pairs[-1][1:])
