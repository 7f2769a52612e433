import readline

for line in ("first", "second", "third"):
    readline.add_history(line)
print(readline.get_current_history_length(), readline.get_history_item(2))
readline.remove_history_item(0)
print([readline.get_history_item(i) for i in (1, 2)])
readline.set_completer_delims(" ,")
print(repr(readline.get_completer_delims()))
