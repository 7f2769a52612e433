class Emitter:
    def __init__(self):
        self._handlers = {}

    def on(self, name):
        def register(function):
            self._handlers.setdefault(name, []).append(function)
            return function

        return register

    def emit(self, name, *args, **kwargs):
        return [handler(*args, **kwargs) for handler in self._handlers.get(name, ())]


bus = Emitter()


@bus.on("add")
def added(item, count=1):
    return f"added {count} {item}"


@bus.on("add")
def logged(item, **rest):
    return (item, sorted(rest.items()))


print(bus.emit("add", "tea", count=3))
print(bus.emit("add", "milk"))
print(bus.emit("none"))
