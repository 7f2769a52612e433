import operator


class Node:
    def __init__(self, value, *children):
        self.value, self.children = value, children

    def walk(self, depth=0):
        yield depth, self.value
        for child in self.children:
            yield from child.walk(depth + 1)


OPS = {"+": operator.add, "*": operator.mul, "-": operator.sub, "/": operator.truediv}


def evaluate(node):
    if not node.children:
        return node.value
    left, right = map(evaluate, node.children)
    return OPS[node.value](left, right)


tree = Node("+", Node(2), Node("*", Node(3), Node("-", Node(10), Node(4))))
for depth, value in tree.walk():
    print("  " * depth + str(value))
print(evaluate(tree), evaluate(Node("/", Node(0), Node(-5))), evaluate(Node("/", Node(7), Node(2))))
