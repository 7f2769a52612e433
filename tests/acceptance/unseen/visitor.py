class Visitor:
    def visit(self, node):
        kind = node[0]
        method = getattr(self, "visit_" + kind, self.generic)
        return method(*node[1:])

    def generic(self, *parts):
        return "?" + str(len(parts))


class Printer(Visitor):
    def visit_num(self, n):
        return str(n)

    def visit_bin(self, op, a, b):
        return f"({self.visit(a)} {op} {self.visit(b)})"


class Counter(Visitor):
    def __init__(self):
        self.seen = {}

    def visit(self, node):
        self.seen[node[0]] = self.seen.get(node[0], 0) + 1
        return super().visit(node)

    def visit_bin(self, op, a, b):
        self.visit(a)
        self.visit(b)
        return self.seen


tree = ("bin", "+", ("num", 1), ("bin", "*", ("num", 2), ("name", "x")))
print(Printer().visit(tree))
print(Counter().visit(tree))
