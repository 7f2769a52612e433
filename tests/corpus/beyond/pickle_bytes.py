import pickle
import pickletools


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __reduce__(self):
        return Point, (self.x, self.y)


value = {"a": [1, 2.5, None], "b": ("x", b"y"), "p": Point(1, -2), "n": 2**70}
for protocol in range(6):
    data = pickle.dumps(value, protocol)
    back = pickle.loads(data)
    print(protocol, len(data), data[:20], back["p"].x, back["n"] == 2**70)
pickletools.dis(pickle.dumps([1, "a", (None,)], 4))
