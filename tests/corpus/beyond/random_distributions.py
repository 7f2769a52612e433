import random

rng = random.Random(7)
print(rng.gauss(0, 1), rng.triangular(0, 1, 0.5), rng.betavariate(1, 2), rng.expovariate(2))
print(rng.lognormvariate(0, 1), rng.vonmisesvariate(1, 4), rng.normalvariate(5, 2), rng.paretovariate(3), rng.binomialvariate(20, 0.3))
