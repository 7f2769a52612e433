import curses
import curses.ascii

print(curses.ascii.isctrl("\n"), curses.ascii.unctrl("\x01"), curses.KEY_UP, curses.A_BOLD)
try:
    curses.setupterm("no-such-terminal", 1)
except curses.error:
    print("no such terminal")
