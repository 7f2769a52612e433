"""Cooperative tasks on plain generators: they sleep in ticks, talk through channels, get cancelled."""

from collections import deque


class Cancelled(Exception):
    pass


def sleep(ticks):
    for _ in range(ticks):
        yield "tick"
    return ticks


def producer(name, channel, n):
    for i in range(n):
        yield from sleep(i)
        channel.append(f"{name}{i}")
        yield "sent"
    return n


def consumer(channel, got):
    try:
        while True:
            if channel:
                got.append(channel.popleft())
            order = yield "waiting"
            if order:
                got.append(f"<{order}>")
    except Cancelled as why:
        got.append(f"cancelled: {why}")
        yield "cleaning"
        return len(got)
    finally:
        got.append("closed")


class Scheduler:
    def __init__(self):
        self.ready, self.results, self.log = deque(), {}, []

    def spawn(self, name, generator):
        self.ready.append((name, generator, None))

    def cancel(self, name, why):
        for i, (n, generator, _) in enumerate(self.ready):
            if n == name:
                self.ready[i] = (n, generator, Cancelled(why))

    def run(self, steps):
        while self.ready and steps:
            steps -= 1
            name, generator, message = self.ready.popleft()
            try:
                said = generator.throw(message) if isinstance(message, Exception) else generator.send(message)
                self.log.append(f"{name}:{said}")
                self.ready.append((name, generator, None))
            except StopIteration as stop:
                self.results[name] = stop.value
        return steps


channel, got = deque(), []
scheduler = Scheduler()
scheduler.spawn("p", producer("a", channel, 3))
scheduler.spawn("q", producer("b", channel, 2))
scheduler.spawn("c", consumer(channel, got))
print(scheduler.run(12), got)
scheduler.ready[-1] = (*scheduler.ready[-1][:2], None)
print(scheduler.run(20))
scheduler.cancel("c", "enough")
print(scheduler.run(50) > 0, scheduler.results)
print(got)
print(" ".join(scheduler.log))


def averager():
    total = n = 0
    mean = None
    while True:
        value = yield mean
        if value is None:
            return n, mean
        total, n = total + value, n + 1
        mean = total / n


a = averager()
next(a)
print([a.send(v) for v in (10, 20, 60)])
try:
    a.send(None)
except StopIteration as stop:
    print(stop.value)

g = consumer(deque(), out := [])
next(g)
g.send("hello")
g.close()
print(out)
