import sys
import traceback


def inner(n):
    values = {"a": n}
    return values["b"] + 1


def outer():
    return inner(3) * 2


try:
    outer()
except KeyError:
    print(traceback.format_exc())
    kind, value, tb = sys.exc_info()
    while tb:
        print(tb.tb_lineno, tb.tb_frame.f_code.co_name, sorted(tb.tb_frame.f_locals)[:1])
        tb = tb.tb_next
print(traceback.format_list(traceback.extract_stack()))
