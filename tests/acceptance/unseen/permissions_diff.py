"""Compares two configurations by their keys."""

old = {"read": True, "write": False, "admin": False, "share": True}
new = {"read": True, "write": True, "share": True, "audit": True}
before, after = old.keys(), new.keys()
both = before & after
for name in sorted(before | after):
    state = "kept" if name in both else "added" if name in after else "removed"
    changed = name in both and old[name] != new[name]
    print(f"{name:<8}{state}{' (changed)' if changed else ''}")
print("gone:", *(before - after))
print(len(both), sorted(after - before), before >= both)
