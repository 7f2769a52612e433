"""What `os` finds where there is no system: no files, no processes, and an environment of the script's own.

Runs in the namespace of the built-in module of this name, which has `write` and `urandom` already. What is not here
is missing from `os`, as a script may ask with `hasattr`; what most scripts take for granted says why it fails.
"""

import errno as _errno

# As Linux numbers them; here no system does.
_ERRORS = """EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY
    EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM
    ERANGE"""
for _code, _name in enumerate(_ERRORS.split(), start=1):
    setattr(_errno, _name, _code)
    _errno.errorcode[_code] = _name

_ABSENT = FileNotFoundError, _errno.ENOENT, "No such file or directory"
_CLOSED = OSError, _errno.EBADF, "Bad file descriptor"
_FIXED = OSError, _errno.EROFS, "Read-only file system"

_have_functions = ()  # none takes a descriptor for a path
environ = {}
error = OSError
O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND = 0, 1, 2, 64, 128, 512, 1024
F_OK, X_OK, W_OK, R_OK = 0, 1, 2, 4


class stat_result(tuple):
    """What nothing here ever gives; annotations name it."""


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
    texts = {known: text for _, known, text in (_ABSENT, _CLOSED, _FIXED)}
    return texts.get(code, f"Unknown error {code}")


def _refusing(name, why):
    def refuse(*arguments, **_):
        kind, code, text = why
        raise kind(code, text, *arguments[:1])

    refuse.__name__ = refuse.__qualname__ = name
    return refuse


for _why, _names in (
    (_ABSENT, "chdir listdir lstat open readlink scandir stat"),
    (_CLOSED, "close dup fstat lseek read"),
    (_FIXED, "chmod link mkdir remove rename replace rmdir symlink truncate unlink utime"),
):
    for _name in _names.split():
        globals()[_name] = _refusing(_name, _why)
