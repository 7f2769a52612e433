"""Pickling: a graph of objects there and back, and copied."""

import copy
import pickle


class Node:
    def __init__(self, name, children):
        self.name, self.children = name, children


def grow(depth, width):
    return Node(f"n{depth}", [grow(depth - 1, width) for _ in range(width)] if depth else [])


TREE = grow(5, 4)
TABLE = {i: (str(i), [i, i / 2], {"k": i}) for i in range(600)}


def size(node):
    return 1 + sum(map(size, node.children))


def work():
    back = pickle.loads(pickle.dumps(TREE))
    table = pickle.loads(pickle.dumps(TABLE, 4))
    return size(back), table == TABLE, len(copy.deepcopy(TABLE))
