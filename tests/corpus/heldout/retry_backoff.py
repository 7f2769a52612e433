class TransientError(Exception):
    pass

class FatalError(Exception):
    pass

def make_service(fail_times, fatal=False):
    calls = 0
    def service(x):
        nonlocal calls
        calls += 1
        if fatal: raise FatalError("disk on fire")
        if calls <= fail_times: raise TransientError(f"try {calls} failed")
        return x * 2
    return service

def retry(fn, *args, attempts=4, base=1):
    delay = base
    waited = []
    for i in range(attempts):
        try:
            result = fn(*args)
        except TransientError as exc:
            print("  transient:", exc)
            waited.append(delay)
            delay *= 2
        else:
            return result, waited
    raise FatalError("gave up after %d attempts" % attempts)

for times in (0, 2, 9):
    print("service failing", times, "times")
    try:
        print("  result", retry(make_service(times), 21))
    except FatalError as exc:
        print("  fatal:", exc)
try:
    retry(make_service(0, fatal=True), 1)
except Exception as exc:
    print(repr(exc))
