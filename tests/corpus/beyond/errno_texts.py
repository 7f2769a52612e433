import errno
import os

for name in ("ENOENT", "EACCES", "EEXIST", "EINTR", "EPIPE", "ENOTDIR"):
    number = getattr(errno, name)
    print(name, number, os.strerror(number))
try:
    open("/no/such/file/anywhere")
except OSError as error:
    print(error.errno, error.strerror, error.filename, type(error).__name__)
    print(error)
