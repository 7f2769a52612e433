import os
import sys

r, w = os.pipe()
print("before", flush=True)
child = os.fork()
if child == 0:
    os.close(r)
    os.write(w, b"from the child")
    os._exit(5)
os.close(w)
text = os.read(r, 100)
_, status = os.waitpid(child, 0)
print(text.decode(), os.waitstatus_to_exitcode(status))
sys.stdout.flush()
