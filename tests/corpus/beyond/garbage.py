import gc

gc.collect()


class Loop:
    def __init__(self):
        self.me = self


for _ in range(10):
    Loop()
print(gc.collect())
gc.callbacks.append(lambda phase, info: print(phase, info["generation"]))
gc.collect(0)
gc.callbacks.clear()
print(len(gc.get_stats()), gc.garbage)
