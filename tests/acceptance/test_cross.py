"""What a cross build gets wrong when its configure guesses: each done on every target, beside the native build."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.acceptance.programs import ARM, WASM, X86, Program, Programs

NATIVE = pytest.mark.parametrize("target", [X86, ARM], ids=["x86_64", "aarch64"])
EVERYWHERE = pytest.mark.parametrize("target", [X86, ARM, WASM], ids=["x86_64", "aarch64", "wasm"])
METHODS = pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
CET = "CET-1CEST,M3.5.0,M10.5.0/3"
"""A time zone that needs no file: one hour before UTC, two from the last Sunday of March to that of October."""


def _python(program: Program, code: str, **env: str) -> str:
    ran = program.run("-c", code, env=env)
    assert ran.status == 0, ran.err.decode()
    return ran.out.decode()


def _script(program: Program, path: Path, code: str) -> str:
    path.write_text(code)
    ran = program.run(str(path))
    assert ran.status == 0, ran.err.decode()
    return ran.out.decode()


@NATIVE
@METHODS
def test_processes_share_queues_semaphores_and_memory(
    programs: Programs, target: str, method: str, tmp_path: Path
) -> None:
    code = f"""
import multiprocessing
from multiprocessing import shared_memory

def work(queue, answers, semaphore, event, barrier, total, name):
    event.wait(120)
    memory = shared_memory.SharedMemory(name=name)
    while (item := queue.get()) is not None:
        with semaphore, total.get_lock():
            total.value += item
            memory.buf[item] += 1
        answers.put(item * item)
    memory.close()
    barrier.wait(120)
    answers.put("done")

if __name__ == "__main__":
    context = multiprocessing.get_context({method!r})
    queue, answers = context.Queue(), context.SimpleQueue()
    semaphore, event, barrier = context.BoundedSemaphore(2), context.Event(), context.Barrier(2)
    total = context.Value("i", 0)
    memory = shared_memory.SharedMemory(create=True, size=64)
    arguments = (queue, answers, semaphore, event, barrier, total, memory.name)
    workers = [context.Process(target=work, args=arguments) for _ in range(2)]
    for worker in workers:
        worker.start()
    for number in range(20):
        queue.put(number)
    for _ in workers:
        queue.put(None)
    event.set()
    got = [answers.get() for _ in range(22)]
    for worker in workers:
        worker.join(120)
    print(sorted(item for item in got if item != "done") == [n * n for n in range(20)], got.count("done"))
    print(total.value, sum(memory.buf), [worker.exitcode for worker in workers], semaphore.get_value())
    memory.close()
    memory.unlink()
"""
    whole = programs("cpython", target).copied(tmp_path / "python")
    assert _script(whole, tmp_path / "share.py", code) == "True 2\n190 20 [0, 0] 2\n"


@NATIVE
@METHODS
def test_a_pool_and_a_manager(programs: Programs, target: str, method: str, tmp_path: Path) -> None:
    code = f"""
import multiprocessing

def add(arguments):
    shared, number = arguments
    shared.append(number)
    return number * 2

if __name__ == "__main__":
    context = multiprocessing.get_context({method!r})
    with context.Manager() as manager, context.Pool(2) as pool:
        shared = manager.list()
        print(sum(pool.map(add, [(shared, n) for n in range(10)])), sorted(shared))
"""
    whole = programs("cpython", target).copied(tmp_path / "python")
    assert _script(whole, tmp_path / "pool.py", code) == "90 [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n"


@NATIVE
def test_threads_wait_for_each_other(programs: Programs, target: str) -> None:
    code = """
import sys, threading
turn, count, seen = threading.Condition(), [0], set()
gate, limit, local = threading.Barrier(4), threading.BoundedSemaphore(2), threading.local()
def run(index):
    local.index = index
    gate.wait(120)
    for _ in range(25):
        with turn:
            turn.wait_for(lambda: count[0] % 4 == index, 120)
            count[0] += 1
            turn.notify_all()
    with limit:
        seen.add((local.index, threading.get_native_id()))
threads = [threading.Thread(target=run, args=(n,)) for n in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join(120)
lock = threading.Lock()
lock.acquire()
print(count[0], len(seen), lock.acquire(timeout=0.05), sys.thread_info.name, sys.thread_info.lock)
"""
    assert _python(programs("cpython", target), code) == "100 4 False pthread semaphore\n"


@NATIVE
def test_the_time_zone_is_the_environments_and_can_be_changed(programs: Programs, target: str) -> None:
    code = """
import os, time
summer, winter = 1750000000, 1735689600
print(time.tzname, time.timezone, time.altzone, time.daylight)
print(time.strftime("%F %T %Z %z", time.localtime(summer)), time.localtime(winter).tm_gmtoff)
os.environ["TZ"] = "EST+5EDT,M3.2.0,M11.1.0"
time.tzset()
print(time.tzname, time.localtime(summer).tm_hour, time.mktime(time.localtime(winter)) == winter)
"""
    assert _python(programs("cpython", target), code, TZ=CET) == (
        "('CET', 'CEST') -3600 -7200 1\n2025-06-15 17:06:40 CEST +0200 3600\n('EST', 'EDT') 11 True\n"
    )


@EVERYWHERE
def test_texts_are_hashed_by_siphash(programs: Programs, target: str) -> None:
    code = "import sys; print(sys.hash_info.algorithm, sys.hash_info.hash_bits, sys.hash_info.seed_bits)"
    assert _python(programs("cpython", target), code) == "siphash13 64 128\n"


def test_a_seed_gives_the_native_builds_hashes_and_order(programs: Programs) -> None:
    code = """
print([hash(value) for value in ("slime", "schleim ✓", b"slime", "x" * 1000, 0.1, 2**70, 1 + 2j, (1, "a"))])
print(list({"a", "b", "c", "slime", "python"}), frozenset("slime"))
"""
    native, cross = (_python(programs("cpython", target), code, PYTHONHASHSEED="0") for target in (X86, ARM))
    assert cross == native


@NATIVE
def test_ctypes_passes_complex_numbers(programs: Programs, target: str) -> None:
    code = """
import ctypes
libm = ctypes.CDLL("libm.so.6")
for name, kind in (("csqrt", ctypes.c_double_complex), ("csqrtf", ctypes.c_float_complex),
                   ("csqrtl", ctypes.c_longdouble_complex)):
    function = getattr(libm, name)
    function.argtypes, function.restype = [kind], kind
    print(function(-3 + 4j))
"""
    assert _python(programs("cpython", target), code) == "(1+2j)\n" * 3


@EVERYWHERE
def test_blake2_is_right_at_every_length(programs: Programs, target: str) -> None:
    """Natively by HACL*'s vector code, elsewhere by its portable code: beside this machine's own."""
    code = """
import hashlib
for name in ("blake2b", "blake2s"):
    whole = getattr(hashlib, name)(key=b"key", digest_size=32)
    for length in range(300):
        whole.update(getattr(hashlib, name)(bytes(range(256))[:length] * 3, salt=b"salt", person=b"me").digest())
    print(whole.hexdigest())
"""
    wanted = ""
    for algorithm in (hashlib.blake2b, hashlib.blake2s):
        whole = algorithm(key=b"key", digest_size=32)
        for length in range(300):
            whole.update(algorithm(bytes(range(256))[:length] * 3, salt=b"salt", person=b"me").digest())
        wanted += whole.hexdigest() + "\n"
    assert _python(programs("cpython", target), code) == wanted


@EVERYWHERE
def test_what_it_says_of_itself_is_true(programs: Programs, target: str) -> None:
    code = """
import importlib.machinery, json, os, sys, sysconfig
with open(os.path.join(os.path.dirname(os.__file__), "build-details.json")) as stream:
    details = json.load(stream)
program = os.path.join(os.path.dirname(os.__file__), details["base_prefix"], details["base_interpreter"])
print(json.dumps([
    details["suffixes"]["extensions"] == importlib.machinery.EXTENSION_SUFFIXES,
    details["implementation"]["_multiarch"] == sys.implementation._multiarch,
    details["platform"] == sysconfig.get_platform(),
    os.path.exists(program),
    sysconfig.get_config_var("EXT_SUFFIX") == f".cpython-314-{sys.implementation._multiarch}.so",
    sysconfig.get_config_var("CC"),
]))
"""
    compiler = "cc" if target == WASM else "cc -pthread"
    assert json.loads(_python(programs("cpython", target), code)) == [True, True, True, True, True, compiler]
