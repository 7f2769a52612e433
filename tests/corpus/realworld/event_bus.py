"""Publish/subscribe inside one program."""

from collections import defaultdict
from functools import wraps


class Stop(Exception):
    """Raised by a handler: nobody after it hears the event."""


class Bus:
    def __init__(self):
        self._handlers = defaultdict(list)
        self.trace = []

    def on(self, topic, priority=0):
        def register(handler):
            self._handlers[topic].append((priority, len(self._handlers[topic]), handler))
            self._handlers[topic].sort(key=lambda item: (-item[0], item[1]))
            return handler

        return register

    def once(self, topic):
        def register(handler):
            @self.on(topic)
            @wraps(handler)
            def only_once(*args, **kwargs):
                self.off(only_once)
                return handler(*args, **kwargs)

            return only_once

        return register

    def off(self, handler):
        for entries in self._handlers.values():
            entries[:] = [e for e in entries if e[2] is not handler]

    def _matching(self, topic):
        parts = topic.split(".")
        for i in range(len(parts), 0, -1):
            yield ".".join(parts[:i]) if i == len(parts) else ".".join(parts[:i]) + ".*"
        yield "*"

    def emit(self, topic, *args, **kwargs):
        results = []
        try:
            for pattern in self._matching(topic):
                for _, _, handler in list(self._handlers.get(pattern, ())):
                    self.trace.append((topic, handler.__name__))
                    results.append(handler(*args, **kwargs))
        except Stop as stop:
            results.append(f"stopped: {stop}")
        return results


bus = Bus()


@bus.on("order.paid", priority=5)
def audit(order, **_):
    return f"audit {order}"


@bus.on("order.paid")
def mail(order, amount=0):
    return f"mail {order} {amount}"


@bus.on("order.*")
def guard(order, amount=0):
    if amount > 100:
        raise Stop("too much")
    return "guarded"


@bus.on("*")
def last(*args, **kwargs):
    return (len(args), sorted(kwargs))


@bus.once("order.paid")
def first_time(order, **_):
    return f"welcome {order}"


print(bus.emit("order.paid", "A1", amount=10))
print(bus.emit("order.paid", "A2", amount=500))
print(bus.emit("order.lost", "A3"))
print(bus.emit("hello"))
bus.off(mail)
print(bus.emit("order.paid", "A4"))
print(first_time.__name__, len(bus.trace))
print(bus.trace[:5])
