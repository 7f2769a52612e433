class Pause:
    def __await__(self):
        got = yield "paused"
        return got


class Counter:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.n:
            raise StopAsyncIteration
        self.n -= 1
        return self.n


class Door:
    async def __aenter__(self):
        return await Pause()

    async def __aexit__(self, *exc):
        print("shut", exc[0])
        return True


async def numbers():
    for i in range(3):
        got = await Pause()
        yield i, got


async def main():
    out = [n async for n in Counter(4) if n % 2]
    out.append([v async for v in numbers()])
    async with Door() as key:
        out.append(key)
        raise ValueError
    return out


def drive(coroutine, answers):
    steps = []
    try:
        value = None
        while True:
            steps.append(coroutine.send(value))
            value = next(answers)
    except StopIteration as stop:
        return steps, stop.value


print(drive(main(), iter("abcdefg")))
c = main()
print(c.send(None))
c.close()
