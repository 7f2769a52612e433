"""Exceptions raised and caught, context managers, try/finally in a loop."""

from contextlib import suppress


class Refused(Exception):
    pass


def check(n):
    if n % 3 == 0:
        raise Refused(n)
    return n


def work():
    good = bad = done = 0
    for i in range(8_000):
        try:
            good += check(i)
        except Refused as error:
            bad += error.args[0]
        finally:
            done += 1
        with suppress(KeyError):
            {}["x"]
    return good, bad, done
