import operator

PROGRAM = """
push 10
store n
push 1
store acc
label loop
load n
jz end
load acc
load n
mul
store acc
load n
push 1
sub
store n
jmp loop
label end
load acc
print
push 7
push 2
mod
print
"""

BINARY = {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "mod": operator.mod}


def assemble(text):
    code, labels = [], {}
    for line in text.strip().split("\n"):
        op, *args = line.split()
        if op == "label":
            labels[args[0]] = len(code)
        else:
            code.append((op, args[0] if args else None))
    return code, labels


def run(text, trace=False):
    code, labels = assemble(text)
    stack, memory, pc, steps = [], {}, 0, 0
    while pc < len(code):
        op, arg = code[pc]
        pc += 1
        steps += 1
        if op == "push":
            stack.append(int(arg))
        elif op == "load":
            stack.append(memory[arg])
        elif op == "store":
            memory[arg] = stack.pop()
        elif op in BINARY:
            b, a = stack.pop(), stack.pop()
            stack.append(BINARY[op](a, b))
        elif op == "jmp":
            pc = labels[arg]
        elif op == "jz":
            if stack.pop() == 0:
                pc = labels[arg]
        elif op == "print":
            print("OUT", stack.pop())
        else:
            raise SyntaxError("unknown op " + op)
        if trace:
            print(steps, op, arg, stack)
    return steps, memory


print(run(PROGRAM))
print(run("push 2\npush 3\nadd\nprint", trace=True))
try:
    run("push 1\nfly")
except SyntaxError as err:
    print("bad program:", err)
