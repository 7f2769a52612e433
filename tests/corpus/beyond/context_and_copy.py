import bisect
import contextvars
import heapq
import operator
import types

user = contextvars.ContextVar("user", default="nobody")


def act():
    user.set(user.get() + "!")
    return user.get()


context = contextvars.copy_context()
print(context.run(act), context.run(act), user.get(), context[user])
token = user.set("ida")
user.reset(token)
print(user.get())
heap = [5, 1, 8, 3]
heapq.heapify(heap)
heapq.heappush(heap, 0)
print([heapq.heappop(heap) for _ in range(3)], heapq.nlargest(2, [3, 9, 4]), heapq.heappushpop([1, 2], 0), heapq.heapreplace([1, 5], 7))
marks = [1, 3, 3, 7]
print(bisect.bisect(marks, 3), bisect.bisect_left(marks, 3), bisect.insort(marks, 4), marks, bisect.bisect_left(["a", "ccc"], 2, key=len))
print(operator.itemgetter(1, "x")({1: "a", "x": "b"}), operator.attrgetter("real")(5), operator.methodcaller("upper")("x"), operator.add(1, 2), operator.concat([1], [2]))
space = types.SimpleNamespace(a=1, b=[2])
space.c = space
print(space.a, types.SimpleNamespace(x=1) == types.SimpleNamespace(x=1), types.MappingProxyType({"k": 1})["k"], types.new_class("New", (int,)).__name__, isinstance(len, types.BuiltinFunctionType))
