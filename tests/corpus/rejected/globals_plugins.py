"""Finds every function named cmd_*, and adds some that nobody wrote."""


def cmd_hello(who="world"):
    """Greet."""
    return f"hello {who}"


def cmd_add(*numbers):
    """Add numbers."""
    return sum(int(n) for n in numbers)


for times, word in enumerate(("once", "twice", "thrice"), 1):
    globals()[f"cmd_{word}"] = lambda text="x", times=times: text * times

commands = {name[4:]: value for name, value in list(globals().items()) if name.startswith("cmd_")}
for name in sorted(commands):
    print(f"{name:<7}", commands[name].__doc__)

for line in ("hello", "hello you", "add 1 2 3", "twice ha", "thrice ho"):
    verb, *rest = line.split()
    print(line, "->", commands[verb](*rest))

del globals()["cmd_hello"]
print("cmd_hello" in globals(), "cmd_add" in globals())


def outer():
    a, b = 1, 2
    return sorted(locals().items())


print(outer())
