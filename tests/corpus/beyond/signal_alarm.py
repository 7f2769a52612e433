import signal
import time

seen = []
signal.signal(signal.SIGALRM, lambda number, frame: seen.append(signal.Signals(number).name))
signal.setitimer(signal.ITIMER_REAL, 0.01)
deadline = time.monotonic() + 5
while not seen and time.monotonic() < deadline:
    time.sleep(0.005)
signal.raise_signal(signal.SIGALRM)
print(seen, signal.getsignal(signal.SIGINT) is signal.default_int_handler)
