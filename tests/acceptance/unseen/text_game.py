ROOMS = {"hall": {"north": "attic", "east": "kitchen"}, "attic": {"south": "hall"}, "kitchen": {"west": "hall"}}


class Player:
    def __init__(self):
        self.room, self.steps, self.bag = "hall", 0, []

    def do_go(self, where):
        self.room = ROOMS[self.room][where]
        self.steps += 1
        return self.room

    def do_take(self, thing):
        self.bag += [thing]
        return f"you have {len(self.bag)}"

    def act(self, line):
        verb, *rest = line.split()
        try:
            return getattr(self, f"do_{verb}")(*rest)
        except AttributeError:
            return f"cannot {verb}"
        except KeyError as error:
            return f"no way {error}"


player = Player()
for line in ("go north", "take lamp", "go north", "fly", "go south", "take key"):
    print(f"> {line}: {player.act(line)}")
print(vars(player))
