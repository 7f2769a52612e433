"""Image filters register themselves when their class is defined."""


class PluginMeta(type):
    registry = {}

    def __new__(mcls, name, bases, namespace, *, key=None, **options):
        cls = super().__new__(mcls, name, bases, namespace)
        if bases:
            key = key or name.lower()
            if key in mcls.registry:
                raise ValueError(f"two plugins called {key}")
            cls.key = key
            cls.options = options
            mcls.registry[key] = cls
        return cls

    def __init__(cls, name, bases, namespace, **kwargs):
        super().__init__(name, bases, namespace)

    def __call__(cls, *args, **kwargs):
        instance = super().__call__(*args, **kwargs)
        instance.made_by = cls.key
        return instance

    def __iter__(cls):
        return iter(cls.registry.values())

    def __len__(cls):
        return len(cls.registry)

    def __getitem__(cls, key):
        return cls.registry[key]


class Filter(metaclass=PluginMeta):
    def apply(self, pixels):
        raise NotImplementedError


class Invert(Filter):
    def apply(self, pixels):
        return [255 - p for p in pixels]


class Threshold(Filter, key="bw", level=128):
    def apply(self, pixels):
        level = self.options["level"]
        return [255 if p >= level else 0 for p in pixels]


class Blur(Filter, radius=1):
    def apply(self, pixels):
        r = self.options["radius"]
        out = []
        for i in range(len(pixels)):
            window = pixels[max(0, i - r) : i + r + 1]
            out.append(sum(window) // len(window))
        return out


try:
    class Other(Filter, key="bw"):
        pass
except ValueError as error:
    print("refused:", error)

pixels = [0, 20, 130, 255, 90, 128]
print(len(Filter), [cls.key for cls in Filter])
for cls in Filter:
    made = cls()
    print(f"{made.made_by:<7}{cls.__name__:<10}{cls.options} {made.apply(pixels)}")
print(Filter["blur"]().apply(Filter["invert"]().apply(pixels)))


class Checked:
    seen = []

    def __init_subclass__(cls, /, needs=(), **kwargs):
        super().__init_subclass__(**kwargs)
        missing = [n for n in needs if n not in cls.__dict__]
        Checked.seen.append((cls.__name__, missing))


class Good(Checked, needs=("run", "stop")):
    def run(self): ...
    def stop(self): ...


class Partial(Checked, needs=("run", "stop")):
    def run(self): ...


print(Checked.seen)
