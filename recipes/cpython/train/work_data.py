"""Training workload: JSON, pickle, compression, hashes, struct, base64 on generated records."""
import base64
import binascii
import bz2
import csv
import hashlib
import io
import json
import lzma
import pickle
import random
import struct
import zlib

rng = random.Random(7)
WORDS = ["alpha", "beta", "gamma", "größe", "naïve", "日本", "emoji 😀", "tab\tnew\nline", 'quote"d', "back\\slash"]


def record(number):
    return {
        "id": number,
        "name": rng.choice(WORDS) + str(number),
        "score": rng.random() * 1000,
        "big": rng.getrandbits(80),
        "tags": rng.sample(WORDS, 3),
        "nested": {"a": [number, -number, number / 7], "b": None, "c": True, "d": {"x": "y" * (number % 40)}},
        "active": number % 2 == 0,
    }


records = [record(number) for number in range(400)]


def json_round():
    text = json.dumps(records)
    assert json.loads(text) == records
    json.loads(text.encode())
    json.dumps(records, indent=2, sort_keys=True)
    json.dumps(records, ensure_ascii=False, separators=(",", ":"))
    for item in records:
        json.loads(json.dumps(item))
    json.loads(json.dumps([list(range(2000)), ["x" * 30] * 500, [0.5 * i for i in range(1000)]]))
    json.loads('{"a": [1, 2.5e3, "\\u00e9\\n", null, true, false, {}, []]}')
    json.loads("[" + ",".join(f'{{"k{i}": "{"plain text " * 4}"}}' for i in range(300)) + "]")


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


def pickle_round():
    points = [Point(i, -i) for i in range(200)]
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(records, protocol)) == records
        pickle.loads(pickle.dumps(points, protocol))
    pickle.loads(pickle.dumps((list(range(3000)), {i: str(i) for i in range(1000)}, {1, 2, 3}, b"x" * 5000)))


def bytes_round():
    blob = json.dumps(records).encode()
    for level in (1, 6, 9):
        assert zlib.decompress(zlib.compress(blob, level)) == blob
    zlib.crc32(blob), zlib.adler32(blob), binascii.crc32(blob)
    for name in ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b", "blake2s"):
        hashlib.new(name, blob).hexdigest()
    base64.b64decode(base64.b64encode(blob)), binascii.unhexlify(binascii.hexlify(blob))
    for i in range(1000):
        struct.unpack("<IhdQ", struct.pack("<IhdQ", i, -i % 100, i / 3, i * i))
    out = io.StringIO()
    csv.writer(out).writerows((r["id"], r["name"], r["score"]) for r in records)
    list(csv.reader(io.StringIO(out.getvalue())))


for turn in range(150):
    json_round()
    if turn % 2 == 0:
        pickle_round()
    if turn % 5 == 0:
        bytes_round()
sample = json.dumps(records).encode()
assert bz2.decompress(bz2.compress(sample)) == sample and lzma.decompress(lzma.compress(sample, preset=1)) == sample
