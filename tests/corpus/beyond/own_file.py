import inspect
import os

with open(__file__, encoding="utf-8") as f:
    text = f.read()
print(os.path.basename(__file__), len(text.splitlines()), __name__)


def here():
    """Where am I?"""
    return 1


print(inspect.getsource(here))
