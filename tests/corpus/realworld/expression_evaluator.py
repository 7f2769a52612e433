"""Parses and computes expressions, and prints them back with the fewest parentheses."""

import math
import re

TOKEN = re.compile(r"\s*(?:(\d+\.?\d*|\.\d+)|([a-z]\w*)|(\*\*|[-+*/%^()=,!]))")
LEFT = {"=": 1, "+": 10, "-": 10, "*": 20, "/": 20, "%": 20, "^": 30, "**": 30, "!": 40}
FUNCTIONS = {"max": max, "min": min, "sqrt": math.sqrt, "gcd": math.gcd}


class Parser:
    def __init__(self, text):
        self.tokens = []
        text = text.strip()
        at = 0
        while at < len(text):
            match = TOKEN.match(text, at)
            if not match:
                raise ValueError(f"what is {text[at]!r}?")
            number, name, op = match.groups()
            self.tokens.append(("num", float(number) if "." in number else int(number)) if number else ("name", name) if name else ("op", op))
            at = match.end()
        self.tokens.append(("end", ""))
        self.at = 0

    def next(self):
        token = self.tokens[self.at]
        self.at += 1
        return token

    def peek(self):
        return self.tokens[self.at]

    def expect(self, op):
        if self.next() != ("op", op):
            raise ValueError(f"expected {op}")

    def parse(self, power=0):
        kind, value = self.next()
        if kind == "num":
            left = value
        elif kind == "name":
            left = ("var", value)
            if self.peek() == ("op", "("):
                self.next()
                args = []
                while self.peek() != ("op", ")"):
                    args.append(self.parse(2))
                    if self.peek() == ("op", ","):
                        self.next()
                self.expect(")")
                left = ("call", value, args)
        elif (kind, value) == ("op", "("):
            left = self.parse()
            self.expect(")")
        elif (kind, value) == ("op", "-"):
            left = ("neg", self.parse(25))
        else:
            raise ValueError(f"unexpected {value or 'end'}")
        while self.peek()[0] == "op" and LEFT.get(self.peek()[1], 0) > power:
            op = self.next()[1]
            if op == "!":
                left = ("fact", left)
            else:
                right = self.parse(LEFT[op] - (op in "^**="))
                left = ("^" if op == "**" else op, left, right)
        return left


def compute(node, variables):
    match node:
        case int() | float():
            return node
        case ("var", name):
            return variables[name]
        case ("neg", x):
            return -compute(x, variables)
        case ("fact", x):
            return math.factorial(compute(x, variables))
        case ("call", name, args):
            return FUNCTIONS[name](*(compute(a, variables) for a in args))
        case ("=", ("var", name), value):
            variables[name] = compute(value, variables)
            return variables[name]
        case (op, a, b):
            a, b = compute(a, variables), compute(b, variables)
            return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b, "%": lambda: a % b, "^": lambda: a**b}[op]()


def show(node, power=0):
    match node:
        case int() | float():
            return str(node)
        case ("var", name):
            return name
        case ("neg", x):
            return "-" + show(x, 25)
        case ("fact", x):
            return show(x, 40) + "!"
        case ("call", name, args):
            return f"{name}({', '.join(show(a) for a in args)})"
        case (op, a, b):
            p = LEFT[op]
            text = f"{show(a, p)} {op} {show(b, p + 1)}"
            return f"({text})" if p < power else text


variables = {"x": 3}
for text in ["1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2", "-2 ** 2", "x = y = 7 % 4 + x", "sqrt(x * x + 13) + max(1, y, 2)", "10 / 4 - 3!", "gcd(84, 36) * .5", "((1 - (2 - 3)))", "1 +", "2 $ 3", "nope + 1", "1 / 0"]:
    try:
        tree = Parser(text).parse()
        print(f"{text:<32} {show(tree):<34} {compute(tree, variables)}")
    except (ValueError, KeyError, ZeroDivisionError) as error:
        print(f"{text:<32} {type(error).__name__}")
print(sorted(variables.items()))
