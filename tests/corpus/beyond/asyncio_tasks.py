import asyncio


async def worker(name, queue, done):
    while True:
        job = await queue.get()
        await asyncio.sleep(0)
        done.append((name, job))
        queue.task_done()


async def slow():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print("cancelled")
        raise


async def fail(after):
    await asyncio.sleep(after)
    raise ValueError(after)


async def main():
    queue, done = asyncio.Queue(), []
    workers = [asyncio.create_task(worker(f"w{i}", queue, done)) for i in range(2)]
    for job in range(5):
        queue.put_nowait(job)
    await queue.join()
    for w in workers:
        w.cancel()
    print(sorted(job for _, job in done), len(done))
    try:
        async with asyncio.timeout(0.02):
            await slow()
    except TimeoutError:
        print("timeout")
    results = await asyncio.gather(asyncio.sleep(0.01, "a"), fail(0), return_exceptions=True)
    print(results)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(0))
            group.create_task(fail(0.001))
    except* ValueError as errors:
        print("group", len(errors.exceptions) >= 1)
    lock, order = asyncio.Lock(), []

    async def guarded(n):
        async with lock:
            order.append(n)
            await asyncio.sleep(0)
            order.append(n)

    await asyncio.gather(*(guarded(n) for n in range(3)))
    print(order)


asyncio.run(main())
