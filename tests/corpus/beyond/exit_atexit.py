import atexit
import sys

atexit.register(print, "registered first")


@atexit.register
def second():
    print("registered second")


try:
    sys.exit(4)
finally:
    print("finally")
