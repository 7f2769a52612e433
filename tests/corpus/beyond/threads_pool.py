import queue
import threading
from concurrent.futures import ThreadPoolExecutor

count = 0
lock = threading.Lock()


def bump(n):
    global count
    for _ in range(n):
        with lock:
            count += 1


threads = [threading.Thread(target=bump, args=(500,), name=f"t{i}") for i in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(count, threading.current_thread().name, threading.active_count())
with ThreadPoolExecutor(3) as pool:
    print(list(pool.map(lambda n: n * n, range(8))), pool.submit(pow, 2, 10).result())
q = queue.Queue()
consumer = threading.Thread(target=lambda: print([q.get() for _ in range(3)]))
consumer.start()
for word in ("one", "two", "three"):
    q.put(word)
consumer.join()
local = threading.local()
local.value = 5
seen = []
t = threading.Thread(target=lambda: seen.append(hasattr(local, "value")))
t.start()
t.join()
print(seen, local.value)
event, barrier = threading.Event(), threading.Barrier(2)
print(event.wait(0.001), barrier.parties)
