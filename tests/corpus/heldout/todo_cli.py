class Todo:
    def __init__(self):
        self.items = []
        self.next_id = 1

    def add(self, text, prio="3"):
        item = {"id": self.next_id, "text": text, "done": False, "prio": int(prio)}
        self.items.append(item)
        self.next_id += 1
        return f"added #{item['id']}"

    def done(self, ident):
        for item in self.items:
            if item["id"] == int(ident):
                item["done"] = True
                return f"done: {item['text']}"
        return "no such item"

    def remove(self, ident):
        before = len(self.items)
        self.items = [i for i in self.items if i["id"] != int(ident)]
        return "removed" if len(self.items) < before else "no such item"

    def list(self, what="all"):
        lines = []
        for item in sorted(self.items, key=lambda i: (i["done"], i["prio"], i["id"])):
            if what == "open" and item["done"]:
                continue
            mark = "x" if item["done"] else " "
            lines.append(f"[{mark}] {item['id']:>2} p{item['prio']} {item['text']}")
        return "\n".join(lines) or "(nothing)"


COMMANDS = """
list
add buy milk
add call mum:1
add write report:2
done 2
done 7
list
remove 1
list open
quit
"""

todo = Todo()
for line in COMMANDS.strip().splitlines():
    cmd, _, rest = line.partition(" ")
    print(">", line)
    if cmd == "quit":
        break
    if cmd == "add":
        text, _, prio = rest.partition(":")
        print(todo.add(text, *([prio] if prio else [])))
    elif cmd == "done":
        print(todo.done(rest))
    elif cmd == "remove":
        print(todo.remove(rest))
    elif cmd == "list":
        print(todo.list(*rest.split()))
