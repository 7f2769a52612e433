class StackError(Exception):
    pass


def run(program):
    stack = []
    for word in program.split():
        try:
            if word.lstrip("-").isdigit():
                stack.append(int(word))
            elif word == "dup":
                stack.append(stack[-1])
            elif word == "swap":
                stack[-1], stack[-2] = stack[-2], stack[-1]
            else:
                b, a = stack.pop(), stack.pop()
                stack.append({"+": a + b, "-": a - b, "*": a * b, "/": a // b}[word])
        except IndexError:
            raise StackError(f"too few numbers for {word!r}") from None
        except KeyError as error:
            raise StackError(f"what is {error}") from error
    return stack


for program in ("1 2 +", "7 dup *", "1 +", "3 4 swap -", "5 6 ?", "-9 2 /"):
    try:
        print(program, "=>", run(program))
    except StackError as error:
        print(program, "failed:", error)
