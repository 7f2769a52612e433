import json

nested = []
for _ in range(100_000):
    nested = [nested]
for name, action in (("repr", repr), ("json", json.dumps), ("compare", lambda v: v == [v])):
    try:
        action(nested)
        print(name, "fine")
    except RecursionError as error:
        print(name, error)
