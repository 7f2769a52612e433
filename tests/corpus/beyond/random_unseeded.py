import random
import secrets
import uuid

print(random.random(), secrets.token_hex(8), uuid.uuid4(), random.sample(range(1000), 3))
