def probe(label, function, *args):
    try:
        print(label, function(*args))
    except Exception as error:
        print(label, type(error).__name__, error)


probe("int", int, "x1")
probe("add", lambda a, b: a + b, 1, "2")
probe("key", {}.__getitem__, "k")
probe("index", [1, 2].pop, 9)
probe("call", len, 3)
