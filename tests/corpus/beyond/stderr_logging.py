import logging
import sys
import warnings

logging.basicConfig(level=logging.INFO, format="%(levelname)s:%(name)s:%(message)s")
log = logging.getLogger("shop.cart")
log.info("added %s x%d", "tea", 2)
log.debug("not shown")
log.warning("low stock")
try:
    1 / 0
except ZeroDivisionError:
    log.error("failed", exc_info=False)
warnings.warn("old way", DeprecationWarning)
warnings.simplefilter("always")
warnings.warn("old way again", UserWarning)
print("to stdout")
print("to stderr", file=sys.stderr)
