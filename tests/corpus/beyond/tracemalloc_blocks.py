import tracemalloc

tracemalloc.start()
keep = [bytes(10_000) for _ in range(50)]
snapshot = tracemalloc.take_snapshot()
top = snapshot.statistics("lineno")[0]
print(top.traceback[0].lineno, top.size > 500_000, top.count >= 50)
tracemalloc.stop()
print(tracemalloc.is_tracing(), len(keep))
