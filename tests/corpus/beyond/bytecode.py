import dis


def add(a, b=2, *rest, c):
    total = a + b
    return [total * r for r in rest if r] + [c]


dis.dis(add)
code = add.__code__
print(code.co_varnames, code.co_argcount, code.co_kwonlyargcount, code.co_flags, code.co_stacksize, code.co_consts, code.co_names)
