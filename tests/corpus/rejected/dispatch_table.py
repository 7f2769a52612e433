"""A text adventure's command dispatcher: `do_<verb>` is the handler of `<verb>`."""


class Game:
    def __init__(self):
        self.items = []
        self.room = "hall"

    def do_take(self, thing="nothing"):
        self.items.append(thing)
        return f"you take {thing}"

    def do_drop(self, thing=None):
        if thing in self.items:
            self.items.remove(thing)
            return f"you drop {thing}"
        return "you do not have that"

    def do_go(self, where, how="walk"):
        self.room, before = where, self.room
        return f"you {how} from {before} to {where}"

    def do_list(self):
        return ", ".join(self.items) or "empty hands"

    def unknown(self, verb, *rest):
        known = sorted(name[3:] for name in dir(self) if name.startswith("do_"))
        return f"cannot {verb}; try {' '.join(known)}"

    def play(self, line):
        verb, *rest = line.split()
        handler = getattr(self, f"do_{verb}", None)
        if handler is None:
            return self.unknown(verb, *rest)
        return handler(*rest)


game = Game()
for line in ["take lamp", "take rope", "list", "go cellar", "go attic climb", "drop lamp", "drop lamp", "list", "sing loudly"]:
    print(f"> {line:<14} {game.play(line)}")
