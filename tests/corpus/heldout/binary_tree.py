class Node:
    def __init__(self, key, value):
        self.key = key
        self.value = value
        self.left = None
        self.right = None


class Tree:
    def __init__(self, pairs=()):
        self.root = None
        self.size = 0
        for k, v in pairs:
            self[k] = v

    def __setitem__(self, key, value):
        if self.root is None:
            self.root = Node(key, value)
            self.size += 1
            return
        node = self.root
        while True:
            if key == node.key:
                node.value = value
                return
            side = "left" if key < node.key else "right"
            child = getattr(node, side)
            if child is None:
                setattr(node, side, Node(key, value))
                self.size += 1
                return
            node = child

    def __getitem__(self, key):
        node = self.root
        while node is not None:
            if key == node.key:
                return node.value
            node = node.left if key < node.key else node.right
        raise KeyError(key)

    def __contains__(self, key):
        try:
            self[key]
            return True
        except KeyError:
            return False

    def __len__(self):
        return self.size

    def __iter__(self):
        yield from self._walk(self.root)

    def _walk(self, node):
        if node:
            yield from self._walk(node.left)
            yield node.key
            yield from self._walk(node.right)

    def height(self, node="root"):
        if node == "root":
            node = self.root
        if node is None:
            return 0
        return 1 + max(self.height(node.left), self.height(node.right))


t = Tree((w, len(w)) for w in "the quick brown fox jumps over the lazy dog".split())
print(list(t))
print(len(t), t.height(), t["fox"], "cat" in t, "dog" in t)
t["fox"] = 99
print([(k, t[k]) for k in t])
try:
    t["cat"]
except KeyError as e:
    print("missing", e)
