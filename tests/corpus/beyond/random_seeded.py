import random

rng = random.Random(20240229)
print([rng.random() for _ in range(3)], rng.getrandbits(70))
print(rng.randint(1, 6), rng.randrange(0, 1000, 7), rng.choice("abcdef"), rng.sample(range(100), 5), rng.choices(["x", "y"], [1, 3], k=6))
deck = list(range(10))
rng.shuffle(deck)
print(deck, rng.uniform(1, 2))
random.seed("text")
print(random.random(), random.getstate()[0], random.randbytes(4).hex())
