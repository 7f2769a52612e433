import zlib

data = b"".join(b"%d bottles on the wall, " % n for n in range(60))
for level in (1, 6, 9):
    packed = zlib.compress(data, level)
    print(level, len(packed), packed[:24].hex(), zlib.decompress(packed) == data)
print(hex(zlib.crc32(data)), hex(zlib.adler32(data)))
