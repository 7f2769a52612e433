"""Line editing and screens: the modules import and their libraries answer (there is no terminal here)."""

from common import expect, run_checks


def readline():
    import readline

    readline.parse_and_bind("tab: complete")
    readline.add_history("1 + 1")
    expect(readline.get_history_item(1), "1 + 1")
    return getattr(readline, "backend", "readline")


def curses():
    import curses
    import curses.ascii

    expect(curses.ascii.ctrl("a"), "\x01")
    return ".".join(str(part) for part in curses.ncurses_version[:2])


def terminfo():
    """The terminals people have must be known without a terminfo folder of the system's."""
    import curses

    for name in ("xterm-256color", "linux", "vt100"):
        curses.setupterm(name, 1)
        expect(bool(curses.tigetstr("cup")), True)


run_checks([readline, curses, terminfo])
