from compression import zstd

data = b"slime " * 500 + bytes(range(256))
packed = zstd.compress(data, level=5)
print(len(packed) < len(data), zstd.decompress(packed) == data)
info = zstd.get_frame_info(packed)
print(info.decompressed_size, info.dictionary_id)
try:
    zstd.decompress(b"not a frame")
except zstd.ZstdError:
    print("refused")
