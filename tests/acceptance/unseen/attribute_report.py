class Config:
    debug = False
    level = 3

    def __init__(self, **extra):
        for key, value in extra.items():
            setattr(self, key, value)

    def describe(self):
        names = [n for n in dir(self) if not n.startswith("_")]
        return {n: getattr(self, n) for n in names if not callable(getattr(self, n))}


print(Config().describe())
print(Config(level=5, name="x", path=None).describe())
print(vars(Config(a=1, b=[2])))
for wanted in ("level", "nothing", "name"):
    print(wanted, hasattr(Config(name="y"), wanted), getattr(Config(name="y"), wanted, "default"))
