"""ctypes: calls into libc, callbacks out of it, structures, and a library opened by name."""

from common import expect, run_checks


def own_process():
    import ctypes

    libc = ctypes.CDLL(None)
    libc.strlen.restype = ctypes.c_size_t
    expect(libc.strlen(b"slime"), 5)


def floats():
    import ctypes

    libm = ctypes.CDLL("libm.so.6")
    libm.pow.restype = ctypes.c_double
    libm.pow.argtypes = [ctypes.c_double, ctypes.c_double]
    expect(libm.pow(2.0, 0.5), 2.0**0.5)


def callback():
    import ctypes

    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    numbers = (ctypes.c_int * 6)(5, 1, 4, 2, 6, 3)
    qsort = ctypes.CDLL(None).qsort
    qsort.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, compare]
    qsort.restype = None
    qsort(numbers, 6, ctypes.sizeof(ctypes.c_int), compare(lambda a, b: a[0] - b[0]))
    expect(list(numbers), [1, 2, 3, 4, 5, 6])


def structure():
    import ctypes

    class Pair(ctypes.Structure):
        _fields_ = [("a", ctypes.c_int8), ("b", ctypes.c_int64)]

    expect(ctypes.sizeof(Pair), 16)
    expect(bytes(Pair(1, 2)), b"\1" + bytes(7) + b"\2" + bytes(7))


def by_value():
    """Structures passed and returned by value: what libffi is most often wrong about."""
    import ctypes

    class Div(ctypes.Structure):
        _fields_ = [("quot", ctypes.c_long), ("rem", ctypes.c_long)]

    ldiv = ctypes.CDLL(None).ldiv
    ldiv.argtypes = [ctypes.c_long, ctypes.c_long]
    ldiv.restype = Div
    result = ldiv(47, 10)
    expect((result.quot, result.rem), (4, 7))


def python_api():
    import ctypes

    api = ctypes.pythonapi
    api.PyLong_FromLong.restype = ctypes.py_object
    expect(api.PyLong_FromLong(ctypes.c_long(12345)), 12345)


run_checks([own_process, floats, callback, structure, by_value, python_api])
