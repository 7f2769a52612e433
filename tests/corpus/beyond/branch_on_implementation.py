import platform
import sys

if platform.python_implementation() == "CPython":
    print("fast path", sys.implementation.name)
else:
    print("slow path", sys.implementation.name)
print("cpython" in sys.version.lower() or "GCC" in sys.version or "Clang" in sys.version)
