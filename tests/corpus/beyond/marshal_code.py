import marshal

print(len(marshal.dumps((1, "a", [2.5, None]))), marshal.dumps([1, 2, 3]))
code = compile("x = 1\ny = x + 1", "<m>", "exec")
space = {}
exec(marshal.loads(marshal.dumps(code)), space)
print(space["y"], code.co_code.hex())
