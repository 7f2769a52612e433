import io
import logging

buffer = io.StringIO()
handler = logging.StreamHandler(buffer)
handler.setFormatter(logging.Formatter("{levelname:<8}{name}|{message}", style="{"))
root = logging.getLogger("app")
root.propagate = False
root.addHandler(handler)
root.setLevel("INFO")
child = root.getChild("db")
child.setLevel(logging.DEBUG)
handler.addFilter(lambda record: "secret" not in record.getMessage())
root.debug("no")
child.debug("query %s", [1, 2])
root.info("secret sauce")
root.warning("%(a)s and %(b)d", {"a": "x", "b": 3})
logging.LoggerAdapter(child, {"user": 1}).error("adapted")
print(buffer.getvalue())
print(child.isEnabledFor(10), root.getEffectiveLevel(), logging.getLevelName(35), child.name, child.parent is root)
