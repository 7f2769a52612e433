inventory = {"apple": 3, "pear": 0}

def take(name, n):
    inventory[name] -= n
    return inventory[name]

print(take("apple", 2))
print(take("pear", 1))
print(take("plum", 1))
