import weakref


class Node:
    def __init__(self, name):
        self.name = name


node = Node("n")
ref = weakref.ref(node, lambda r: print("callback", r() is None))
cache = weakref.WeakValueDictionary(a=node)
print(ref().name, len(cache), weakref.getweakrefcount(node))
weakref.finalize(node, print, "finalized", 1)
del node
print(ref(), len(cache), list(cache))
