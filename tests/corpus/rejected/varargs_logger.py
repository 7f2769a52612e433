"""Collects structured log lines; fields come as positional and keyword arguments."""


def log(event, *parts, level="info", **fields):
    head = f"[{level}] {event}"
    if parts:
        head += " " + " ".join(str(p) for p in parts)
    tail = " ".join(f"{k}={v!r}" for k, v in fields.items())
    return f"{head} {tail}".rstrip()


def with_defaults(**defaults):
    def bound(event, *args, **fields):
        merged = {**defaults, **fields}
        return log(event, *args, **merged)

    return bound


print(log("start"))
print(log("listen", "0.0.0.0", 8080))
print(log("request", "GET", "/", status=200, ms=12.5))
web = with_defaults(level="debug", app="shop")
print(web("cart", "add", item="tea", n=2))
print(web("cart", level="warn"))

args = ["x", *range(3), *"ab"]
fields = dict(a=1, **{"b c": 2})
print(log("mixed", *args, *("last",), **fields))


def count(*args, **kwargs):
    return len(args), sorted(kwargs)


print(count(*[1, 2], 3, *(), k=1, **{"z": 2, "a": 3}))
