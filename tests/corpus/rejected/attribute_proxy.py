"""Records what is done to an object, to replay it on another."""


class Recorder:
    def __init__(self):
        self._steps = []

    def __getattr__(self, name):
        def record(*args, **kwargs):
            self._steps.append((name, args, kwargs))
            return self

        return record

    def replay(self, target):
        for name, args, kwargs in self._steps:
            result = getattr(target, name)(*args, **kwargs)
            if result is not None:
                target = result
        return target


plan = Recorder()
plan.strip().replace("-", " ").title().center(24, "*")
print(plan.replay("  the-quick-brown  "))
print(plan.replay("x-y"))

lists = Recorder()
lists.append(3).extend([1, 2]).sort(reverse=True)
mine = []
lists.replay(mine)
print(mine, [name for name, _, _ in lists._steps])


class Path:
    """/users/7/posts written as attributes and calls."""

    def __init__(self, parts=()):
        self.parts = parts

    def __getattr__(self, name):
        return Path((*self.parts, name))

    def __call__(self, value):
        return Path((*self.parts, str(value)))

    def __str__(self):
        return "/" + "/".join(self.parts)


print(Path().users(7).posts.latest, Path().a.b.c)
