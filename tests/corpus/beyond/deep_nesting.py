print(eval("(" * 90 + "1" + ")" * 90))
print(eval("+".join(["1"] * 900)))
try:
    eval("(" * 300 + ")" * 300)
except (SyntaxError, MemoryError, RecursionError) as error:
    print(type(error).__name__)
