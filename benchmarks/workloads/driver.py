"""Times one workload within an interpreter: driver.py WORKLOAD LOOPS prints the seconds of each loop, as JSON.

Runs on every tier, hence uses little. The first call is not timed: it imports and warms up.
"""

import sys
import time

path, loops = sys.argv[1], int(sys.argv[2])
with open(path, encoding="utf-8") as file:
    exec(compile(file.read(), path, "exec"))  # here, in __main__, where pickle finds its classes
answer = work()
seconds = []
for _ in range(loops):
    began = time.perf_counter()
    again = work()
    seconds.append(time.perf_counter() - began)
    if again != answer:
        sys.exit("the workload is not deterministic")
print(repr([answer, seconds]))
