print(hash("a"), hash(b"a"), hash(("a", 1)))
print(sorted("abc", key=hash))
