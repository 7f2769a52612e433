import gc
import sys

x = object()
y = [x, x]
print(sys.getrefcount(x) > 2, sys.getsizeof([]), sys.getsizeof(()), sys.getsizeof(0), sys.getsizeof(2**100), sys.getsizeof(""), sys.getsizeof("é"), sys.getsizeof({}))
print(gc.isenabled(), gc.get_threshold(), gc.is_tracked([]), gc.is_tracked(1))
print(len(gc.get_referrers(x)) > 0)
