"""Finds ways through a building, cheapest routes, and an order of work."""

import heapq
from collections import deque, namedtuple
from graphlib import CycleError, TopologicalSorter

DOORS = """
hall kitchen 2
hall library 5
kitchen garden 4
kitchen cellar 1
cellar library 1
library tower 7
garden tower 3
attic nowhere 1
"""

Route = namedtuple("Route", "cost path")
graph = {}
for row in DOORS.split("\n"):
    if row:
        a, b, cost = row.split()
        graph.setdefault(a, {})[b] = int(cost)
        graph.setdefault(b, {})[a] = int(cost)


def fewest_doors(start, goal):
    before = {start: None}
    queue = deque([start])
    while queue:
        room = queue.popleft()
        if room == goal:
            path = []
            while room:
                path.append(room)
                room = before[room]
            return path[::-1]
        for near in graph[room]:
            if near not in before:
                before[near] = room
                queue.append(near)
    return None


def cheapest(start, goal):
    heap, done = [Route(0, (start,))], {}
    while heap:
        route = heapq.heappop(heap)
        room = route.path[-1]
        if room in done:
            continue
        done[room] = route
        if room == goal:
            return route
        for near, cost in sorted(graph[room].items()):
            heapq.heappush(heap, Route(route.cost + cost, (*route.path, near)))
    return None


print(fewest_doors("hall", "tower"))
print(cheapest("hall", "tower"))
print(fewest_doors("hall", "attic"), cheapest("attic", "hall"))
print(cheapest("hall", "library")._asdict())

jobs = {"serve": ["cook", "table"], "cook": ["shop", "wash"], "shop": ["list"], "table": [], "wash": []}
order = list(TopologicalSorter(jobs).static_order())
print(all(order.index(d) < order.index(j) for j, ds in jobs.items() for d in ds), len(order))
try:
    list(TopologicalSorter({"egg": ["hen"], "hen": ["egg"]}).static_order())
except CycleError as error:
    print(len(error.args[1]), error.args[0])


def components():
    seen = []
    for room in sorted(graph):
        if not any(room in group for group in seen):
            group, todo = [], [room]
            while todo:
                here = todo.pop()
                if here not in group:
                    group.append(here)
                    todo.extend(graph[here])
            seen.append(sorted(group))
    return seen


print(components())
print(heapq.nsmallest(3, ((c, a, b) for a in graph for b, c in graph[a].items())))
print(list(heapq.merge([1, 4, 9], [2, 3, 10], key=lambda n: n)))
