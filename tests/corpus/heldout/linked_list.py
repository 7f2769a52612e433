class LinkedList:
    class _Node:
        __slots__ = ("value", "next")

        def __init__(self, value, next=None):
            self.value = value
            self.next = next

    def __init__(self, iterable=()):
        self.head = None
        self.tail = None
        self._len = 0
        for item in iterable:
            self.append(item)

    def append(self, value):
        node = self._Node(value)
        if self.tail is None:
            self.head = self.tail = node
        else:
            self.tail.next = node
            self.tail = node
        self._len += 1

    def prepend(self, value):
        self.head = self._Node(value, self.head)
        if self.tail is None:
            self.tail = self.head
        self._len += 1

    def reverse(self):
        prev, cur = None, self.head
        self.tail = self.head
        while cur:
            cur.next, prev, cur = prev, cur, cur.next
        self.head = prev

    def __iter__(self):
        node = self.head
        while node:
            yield node.value
            node = node.next

    def __len__(self):
        return self._len

    def __repr__(self):
        return "LinkedList([" + ", ".join(repr(v) for v in self) + "])"

    def __eq__(self, other):
        return list(self) == list(other)

    def __add__(self, other):
        new = LinkedList(self)
        for x in other:
            new.append(x)
        return new


ll = LinkedList([1, 2, 3])
ll.append("four")
ll.prepend(0)
print(ll, len(ll))
ll.reverse()
print(ll)
print(ll + [9, 10], ll == ["four", 3, 2, 1, 0])
it = iter(ll)
print(next(it), next(it))
print(2 in ll, sorted(v for v in ll if isinstance(v, int)))
print(LinkedList(), bool(LinkedList()))
