"""Retry and timing wrappers which do not know what they wrap."""


def retry(times):
    def decorate(function):
        def wrapper(*args, **kwargs):
            for attempt in range(1, times + 1):
                try:
                    return function(*args, **kwargs), attempt
                except (KeyError, ZeroDivisionError):
                    continue
            return None, times

        wrapper.__name__ = function.__name__
        return wrapper

    return decorate


flaky_state = {"calls": 0}


@retry(4)
def flaky(a, b=1, *rest, scale=1):
    flaky_state["calls"] += 1
    if flaky_state["calls"] % 3:
        raise KeyError("not yet")
    return (a + b + sum(rest)) * scale


@retry(2)
def divide(a, b):
    return a / b


print(flaky.__name__, flaky(1))
print(flaky(1, 2, 3, 4, scale=10))
print(divide(6, 3), divide(1, 0), divide(b=4, a=2))


def compose(*functions):
    def run(*args, **kwargs):
        first, *others = functions
        value = first(*args, **kwargs)
        for f in others:
            value = f(value)
        return value

    return run


area = compose(lambda w, h=2: w * h, lambda a: a + 0.5, "{:.2f} m2".format)
print(area(3), area(3, h=5), area(*[2, 2]))
