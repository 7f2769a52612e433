SAMPLES = ["x = ", "print 'a'", "def f(:\n  pass", "if x\n  y", "for in x: pass", "a = 1 +", "f(**k, *a)", "class", "'abc", "(1, 2", "x = 5 = y", "return 1", "f'{a b}'", "lambda: (yield", "  indented", "nonlocal x", "1 = x", "break", "async def f(): [await x for x in y]"]
for code in SAMPLES:
    try:
        compile(code, "<sample>", "exec")
        print(f"{code!r:<28} compiles")
    except SyntaxError as error:
        print(f"{code!r:<28} {type(error).__name__}: {error.msg} ({error.lineno}:{error.offset}-{error.end_offset})")
