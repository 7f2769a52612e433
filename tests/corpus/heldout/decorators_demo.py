import functools


def debug(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        sig = ", ".join([repr(a) for a in args] + [f"{k}={v!r}" for k, v in kwargs.items()])
        print(f"calling {func.__name__}({sig})")
        value = func(*args, **kwargs)
        print(f"{func.__name__} returned {value!r}")
        return value

    return wrapper


def repeat(num_times=2):
    def decorator(func):
        @functools.wraps(func)
        def wrapper(*args, **kwargs):
            for _ in range(num_times):
                value = func(*args, **kwargs)
            return value

        return wrapper

    return decorator


class CountCalls:
    def __init__(self, func):
        functools.update_wrapper(self, func)
        self.func = func
        self.num_calls = 0

    def __call__(self, *args, **kwargs):
        self.num_calls += 1
        return self.func(*args, **kwargs)


def singleton(cls):
    instances = {}

    @functools.wraps(cls)
    def get(*args, **kwargs):
        if cls not in instances:
            instances[cls] = cls(*args, **kwargs)
        return instances[cls]

    return get


def validate(**types):
    def decorator(func):
        @functools.wraps(func)
        def wrapper(**kwargs):
            for name, expected in types.items():
                if not isinstance(kwargs.get(name), expected):
                    raise TypeError(f"{name} should be {expected.__name__}")
            return func(**kwargs)

        return wrapper

    return decorator


@debug
@repeat(num_times=3)
def greet(name, greeting="Hello"):
    """Greets."""
    print(f"{greeting}, {name}!")
    return len(name)


@CountCalls
def ping():
    return "pong"


@singleton
class Config:
    def __init__(self, value):
        self.value = value


@validate(age=int, name=str)
def person(**kw):
    return kw


greet("Bo")
greet("Al", greeting="Hi")
print(greet.__name__, greet.__doc__)
ping(); ping()
print(ping.num_calls, ping.__name__)
print(Config(1) is Config(2), Config(3).value)
print(person(age=3, name="Z"))
try:
    person(age="3", name="Z")
except TypeError as e:
    print("TypeError:", e)
