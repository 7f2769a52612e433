"""The system's side: files, time, threads, processes, signals, sockets, memory maps."""

import os
import sys

from common import expect, run_checks, scratch, spawn


def files():
    folder = scratch("files")
    path = os.path.join(folder, "ä b.txt")
    with open(path, "w", encoding="utf-8", newline="\n") as stream:
        stream.write("eins\nzwei\n")
    expect(os.path.getsize(path), 10)
    os.rename(path, path + "2")
    expect(os.listdir(folder), ["ä b.txt2"])
    with open(path + "2", "rb+") as stream:
        stream.truncate(4)
    expect(open(path + "2").read(), "eins")


def links():
    folder = scratch("links")
    os.symlink("nowhere", os.path.join(folder, "link"))
    expect(os.readlink(os.path.join(folder, "link")), "nowhere")


def random():
    expect(len(os.urandom(16)), 16)
    expect(os.urandom(16) == os.urandom(16), False)


def time():
    import datetime
    import time

    expect(time.monotonic() <= time.monotonic(), True)
    expect(datetime.datetime.now(datetime.timezone.utc).year >= 2025, True)


def threads():
    import queue
    import threading

    work, done, lock, total = queue.Queue(), [], threading.Lock(), [0]

    def run():
        while (item := work.get()) is not None:
            with lock:
                total[0] += item
        done.append(True)

    workers = [threading.Thread(target=run) for _ in range(4)]
    for worker in workers:
        worker.start()
    for number in range(1000):
        work.put(number)
    for _ in workers:
        work.put(None)
    for worker in workers:
        worker.join(60)
    expect((len(done), total[0]), (4, 499500))


def thread_stack():
    """A deep recursion in a thread ends in an exception, not in a crash."""
    import threading

    ended = []

    def dive(n):
        return dive(n + 1)

    def run():
        try:
            dive(0)
        except RecursionError:
            ended.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(120)
    expect(ended, [True])


def processes():
    import subprocess

    from common import RUNNER

    expect(spawn(sys.executable, "-c", "print(6 * 7)").strip(), "42")
    done = subprocess.run([*RUNNER, sys.executable, "-c", "import sys; sys.exit(3)"])
    expect(done.returncode, 3)
    done = subprocess.run(["cat"], input=b"through a pipe", stdout=subprocess.PIPE, check=True)
    expect(done.stdout, b"through a pipe")


def fork():
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, b"hello")
        os._exit(7)
    os.close(write)
    expect(os.read(read, 10), b"hello")
    expect(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 7)


def signals():
    import signal

    got = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: got.append(number))
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, before)
    expect(got, [signal.SIGUSR1])


def sockets():
    import socket

    a, b = socket.socketpair()
    with a, b:
        a.sendall(b"ping")
        expect(b.recv(4), b"ping")
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname(), timeout=60) as client:
            peer, _ = server.accept()
            with peer:
                client.sendall(b"tcp")
                expect(peer.recv(3), b"tcp")


def event_loop():
    import asyncio

    async def main():
        process = await asyncio.to_thread(lambda: 5)
        results = await asyncio.gather(*(asyncio.sleep(0, n) for n in range(3)))
        return process, results

    expect(asyncio.run(main()), (5, [0, 1, 2]))


def memory_map():
    import mmap

    with mmap.mmap(-1, 8192) as memory:
        memory[4096:4101] = b"slime"
        expect(memory.find(b"slime"), 4096)


def pools():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        expect(list(pool.map(abs, [-1, -2, 3])), [1, 2, 3])


def large_files():
    path = os.path.join(scratch("large"), "sparse")
    with open(path, "wb") as stream:
        stream.seek(5 * 2**30)
        stream.write(b"x")
    expect(os.path.getsize(path), 5 * 2**30 + 1)
    os.unlink(path)


run_checks(
    [
        files, links, random, time, threads, thread_stack, processes, fork, signals, sockets, event_loop,
        memory_map, pools, large_files,
    ]
)
