from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict, deque, namedtuple

c = Counter("mississippi")
print(c, c.most_common(2), c["z"], +Counter(a=1, b=-1), c - Counter("miss"), c & Counter("sip"), c | Counter("xx"), sorted(Counter(a=2).elements()), c.total(), Counter(a=1) <= Counter(a=2))
d = deque(range(5), maxlen=4)
d.rotate(1)
d.appendleft(9)
print(d, d.index(2), d.count(9), d.popleft(), list(reversed(d)), d.maxlen, deque("ab") + deque("c"), deque([1, 2]) < deque([1, 3]))
g = defaultdict(list, {"x": [0]})
for k, v in [("a", 1), ("b", 2), ("a", 3)]:
    g[k].append(v)
print(g, g.get("nope"), "nope" in g, defaultdict(lambda: defaultdict(int))["q"]["r"])
o = OrderedDict(a=1, b=2, c=3)
o.move_to_end("a")
print(o, o.popitem(), list(reversed(o)), o == OrderedDict(c=3, b=2), o == {"c": 3, "b": 2})
m = ChainMap({"a": 1}, {"a": 2, "b": 3})
m["c"] = 4
print(m, m["a"], m.maps[0], dict(m), m.parents, len(m.new_child()))
P = namedtuple("P", ["x", "def", "y"], rename=True, defaults=[7])
p = P(1, 2)
print(p, p._fields, p._asdict(), p._replace(x=5), P._make([1, 2, 3]), p == (1, 2, 7), P._field_defaults, [*p], p[1:])


class Lower(UserDict):
    def __setitem__(self, k, v):
        super().__setitem__(k.lower(), v)


print(Lower({"A": 1}, B=2), {**Lower(C=3)})
