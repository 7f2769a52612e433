import inspect


def sample(a, /, b: int, c="x", *args, d, e=None, **kw) -> str:
    """Summary.

    More.
    """


class K:
    """Doc of K."""

    attr = 1

    def method(self): ...

    @property
    def prop(self): ...

    async def co(self): ...

    def gen(self):
        yield


sig = inspect.signature(sample)
print(sig, [(p.name, p.kind.name, p.default is p.empty) for p in sig.parameters.values()], sig.bind(1, 2, d=3).arguments, sig.return_annotation)
print(inspect.getdoc(sample), inspect.isfunction(sample), inspect.ismethod(K().method), inspect.iscoroutinefunction(K.co), inspect.isgeneratorfunction(K.gen), inspect.isclass(K), inspect.cleandoc("  a\n    b"))
print([n for n, _ in inspect.getmembers(K) if not n.startswith("__")], K.__doc__, K.method.__qualname__, sample.__defaults__, sample.__kwdefaults__, sample.__annotations__, callable(K), hasattr(K, "prop"), type(K.__dict__["prop"]).__name__, K.__module__)
