class Tagged:
    def __init__(self, name):
        self.name = name
        self.tags = set()

    def tag(self, *names):
        self.tags.update(names)
        return self


things = [Tagged("a").tag("x", "y"), Tagged("b").tag("y")]
for thing in things:
    for key, value in vars(thing).items():
        print(key, value)
