# begins with a byte order mark
print("after a BOM")