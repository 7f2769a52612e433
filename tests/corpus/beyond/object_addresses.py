class Thing:
    pass


print(Thing(), object(), lambda: 0, print)
print(id(Thing()))
