import os
import signal

print("so long", flush=True)
os.kill(os.getpid(), signal.SIGTERM)
