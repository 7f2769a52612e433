print("never printed")
total = (1 + 2
for x in [1, 2]:
    print x
