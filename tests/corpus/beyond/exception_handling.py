class AppError(Exception):
    def __init__(self, code, **info):
        super().__init__(code)
        self.code, self.info = code, info


class NotThere(AppError, LookupError):
    pass


def work(n):
    try:
        if n == 0:
            raise NotThere(404, page="/")
        if n == 1:
            raise ValueError("own text")
        if n == 2:
            return {}["x"]
        if n == 3:
            return "returned"
        value = 10 // (n - 4)
    except NotThere as error:
        return "not there", error.code, error.info["page"]
    except (KeyError, ValueError) as error:
        return type(error).__name__, error.args
    except ArithmeticError:
        return "arithmetic"
    else:
        return "else", value
    finally:
        print("finally", n)


for n in range(6):
    print(work(n))
try:
    try:
        raise KeyError("first")
    except KeyError as error:
        raise RuntimeError("second") from error
except RuntimeError as error:
    print(error.args, type(error.__cause__).__name__, error.__context__ is error.__cause__, error.__suppress_context__)
try:
    raise ExceptionGroup("many", [ValueError(1), TypeError(2), ExceptionGroup("inner", [ValueError(3)])])
except* ValueError as group:
    print("values", len(group.exceptions))
except* TypeError as group:
    print("types", [e.args for e in group.exceptions])
