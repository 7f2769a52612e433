for size in (1 << 62, 1 << 80):
    try:
        bytearray(size)
    except (MemoryError, OverflowError) as error:
        print(type(error).__name__)
try:
    [0] * (1 << 60)
except MemoryError:
    print("MemoryError")
try:
    "x" * (1 << 62)
except (MemoryError, OverflowError) as error:
    print(type(error).__name__)
