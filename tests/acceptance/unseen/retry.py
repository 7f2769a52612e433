import functools


class Flaky(Exception):
    pass


def retry(times):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            for attempt in range(1, times + 1):
                try:
                    return function(*args, attempt=attempt, **kwargs)
                except Flaky as error:
                    print(f"{function.__name__} attempt {attempt}: {error}")
            raise Flaky("gave up")

        return wrapper

    return decorate


@retry(3)
def fetch(url, attempt):
    if attempt < len(url):
        raise Flaky(f"no answer from {url}")
    return url.upper()


print(fetch("ab"))
try:
    fetch("abcd")
except Flaky as error:
    print("failed:", error)
