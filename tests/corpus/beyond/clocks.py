import datetime
import time

print(time.time(), time.perf_counter(), datetime.datetime.now(), time.process_time())
