"""A scheduler, and a test which freezes its clock by patching it."""


class Clock:
    def now(self):
        return 1_000

    def later(self, seconds):
        return self.now() + seconds


class patched:
    """Replaces an attribute within a with block."""

    def __init__(self, target, name, value):
        self.target, self.name, self.value = target, name, value

    def __enter__(self):
        self.before = getattr(self.target, self.name)
        setattr(self.target, self.name, self.value)
        return self

    def __exit__(self, *exc):
        setattr(self.target, self.name, self.before)
        return False


clock = Clock()
print("real", clock.later(5))
with patched(Clock, "now", lambda self: 42):
    print("class patched", clock.later(5), Clock().now())
    with patched(Clock, "later", lambda self, s: ("frozen", self.now(), s)):
        print("both", clock.later(7))
print("restored", clock.later(5))

one = Clock()
one.now = lambda: -1
print("instance patched", one.later(1), clock.later(1))
del one.now
print("instance restored", one.later(1))


def describe(self):
    return f"<{type(self).__name__} at {self.now()}>"


Clock.describe = describe
Clock.__repr__ = describe
print(clock.describe(), repr(clock), [one])
