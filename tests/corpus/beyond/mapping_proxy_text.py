import types

view = types.MappingProxyType({"k": 1})
print(view, repr(view), f"{view}")
print(type.__dict__["__doc__"] is not None, len(vars(type("C", (), {"a": 1}))) > 1)
