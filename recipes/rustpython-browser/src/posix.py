"""What `os` finds where there is no system: no files, no processes, and an environment of the script's own.

Runs in the namespace of the built-in module of this name, which has `write` and `urandom` already. What is not here
is missing from `os`, as a script may ask with `hasattr`; what most scripts take for granted says why it fails.
"""

_ABSENT = 2, "No such file or directory"
_CLOSED = 9, "Bad file descriptor"
_FIXED = 30, "Read-only file system"

environ = {}
error = OSError
O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND = 0, 1, 2, 64, 128, 512, 1024
F_OK, X_OK, W_OK, R_OK = 0, 1, 2, 4


class terminal_size(tuple):
    """What `shutil.get_terminal_size` gives."""

    __slots__ = ()
    columns = property(lambda self: self[0])
    lines = property(lambda self: self[1])


def putenv(name, value, /):
    pass


def unsetenv(name, /):
    pass


def access(_path, _mode, **_):
    return False


def cpu_count():
    return 1


def getcwd():
    return "/"


def getcwdb():
    return b"/"


def getpid():
    return 1


def isatty(_fd, /):
    return False


def strerror(code, /):
    return dict([_ABSENT, _CLOSED, _FIXED]).get(code, f"Unknown error {code}")


def _refusing(name, why):
    def refuse(*arguments, **_):
        raise OSError(*why, *arguments[:1])

    refuse.__name__ = refuse.__qualname__ = name
    return refuse


for _why, _names in (
    (_ABSENT, "chdir listdir lstat open readlink scandir stat"),
    (_CLOSED, "close dup fstat lseek read"),
    (_FIXED, "chmod link mkdir remove rename replace rmdir symlink truncate unlink utime"),
):
    for _name in _names.split():
        globals()[_name] = _refusing(_name, _why)
