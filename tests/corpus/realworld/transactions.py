"""A key-value store with nested transactions as context managers."""

import io
from contextlib import ExitStack, closing, contextmanager, nullcontext, redirect_stdout, suppress


class Store:
    def __init__(self):
        self.data, self.depth = {}, 0

    @contextmanager
    def transaction(self, name):
        before = dict(self.data)
        self.depth += 1
        print("  " * self.depth + f"begin {name}")
        try:
            yield self.data
        except KeyError as error:
            self.data.clear()
            self.data.update(before)
            print("  " * self.depth + f"rollback {name}: {error.args[0]}")
        except BaseException:
            self.data.clear()
            self.data.update(before)
            print("  " * self.depth + f"abort {name}")
            raise
        else:
            print("  " * self.depth + f"commit {name}")
        finally:
            self.depth -= 1


store = Store()
with store.transaction("outer") as data:
    data["a"] = 1
    with store.transaction("inner") as inner:
        inner["a"] = 2
        inner["missing"]
    data["b"] = data["a"] + 10
print(store.data)

with suppress(ValueError), store.transaction("doomed") as data:
    data["c"] = 3
    raise ValueError("no")
print(store.data, store.depth)


class Resource:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print("open", self.name)
        return self

    def __exit__(self, kind, value, tb):
        print("close", self.name, kind.__name__ if kind else None)
        return self.name == "forgiving"

    def close(self):
        print("closing", self.name)


with ExitStack() as stack:
    handles = [stack.enter_context(Resource(n)) for n in ("one", "forgiving", "two")]
    stack.callback(print, "callback", len(handles))
    raise RuntimeError("swallowed by the forgiving one")

with closing(Resource("shut")) as r, nullcontext(5) as five:
    print(r.name, five)

buffer = io.StringIO()
with redirect_stdout(buffer):
    print("hidden")
print("captured", repr(buffer.getvalue()))


@contextmanager
def tag(name):
    print(f"<{name}>", end="")
    yield
    print(f"</{name}>", end="")


@tag("p")
def paragraph(text):
    print(text, end="")


paragraph("hello")
print()
