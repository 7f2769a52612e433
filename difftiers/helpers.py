"""Source of what the items about syntax call, inside the probed interpreters; may import nothing."""

HELPERS = """
def iterate(v): return [x for x in v]
def unpack(v):
    a, b = v
    return a, b
def starred(v):
    a, *b = v
    return a, b
def spread(v): return [*v, *v]
def call_star(v): return add(*v)
def call_keywords(v): return add(**v)
def with_it(v):
    with v as w: return w
def raises(v): raise v
def catches(v):
    try: 1/0
    except v: return 1
def delegate(v): return list((lambda: (yield from v))())
def base(v):
    class Derived(v): pass
    return Derived.__mro__[1:]
def truth(v): return 1 if v else 2
def merge(v): return {**v}
def show(v): return f"{v}{v!r}{v!s}{v!a}"
def store(v, k):
    v[k] = 1
    return v
def delete(v, k):
    del v[k]
    return v
def in_place(sign):
    space = {}
    # That of what cannot be changed shows with `is` only, which is judged by itself.
    fixed = "(int, float, complex, str, bytes, tuple, frozenset, range, slice, type(None))"
    same = f"v is u and not isinstance(v, {fixed})"
    exec(f"def change(v, w):\\n    u = v\\n    v {sign}= w\\n    return v, {same}", space)
    for pair in ((1, 2), (1.5, 2.5), ("a", "b")) * 60:
        try: space["change"](*pair)
        except Exception: pass
    return space["change"]
changes = {}
def changed(sign, v, w):
    # One function for all pairs, warm: interpreters that specialise must still take the general way.
    if sign not in changes: changes[sign] = in_place(sign)
    return changes[sign](v, w)
class Acc:
    def __repr__(self): return "Acc()"
    def __iadd__(self, o): return self
    __isub__ = __imul__ = __ior__ = __iand__ = __ixor__ = __itruediv__ = __ifloordiv__ = __imod__ = __iadd__
    def __add__(self, o): return "added"
    __sub__ = __mul__ = __or__ = __and__ = __xor__ = __truediv__ = __floordiv__ = __mod__ = __add__
def keyed(v, k): return {k: v}
def collect(v, k): return {k, 1}
def attribute(v, k):
    v.fresh = k
    return v.fresh
def match(v):
    match v:
        case None: return 0
        case True | False: return 1
        case int(): return 2
        case str(s): return 3, s
        case [a, *b]: return 4, a, b
        case {"a": c, **rest}: return 5, c, rest
        case Plain(x=z): return 6, z
        case _: return 7
"""
