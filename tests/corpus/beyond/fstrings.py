from datetime import date

name, n, x = "Ida", 42, 3.14159
width, precision = 12, 3
print(f"{name!r:>{width}}|{x:{width}.{precision}f}|{n:^+{width}d}|{n:#010x}|{x:.2e}|{x:%}|{n:,}|{1e6:g}|{x!s:.4}")
print(f"{n=} {x = :.2f} {name.upper()=!s} {f'{f"{n}"}'} {'"' + name + "'"} {{literal}} {n if n > 40 else 0} {[i for i in range(3)]} {(lambda v: v * 2)(4)}")
print(f"{date(2024, 2, 29):%A %d} {b'bytes'} {None!s:>6} {True:d} {'tab\there'} {'''multi
line'''}" f" {n:c} {-0.0:+} {1_000_000:_.2f} {0.1 + 0.2!r} {1+2j:.1f} {10**3:e}")
print("{0}-{1[a]}-{2.real:>4}-{3!r}".format(1, {"a": 2}, 3, "s"), "{:*^9}".format("mid"), "%5.1f|%-5s|%05d|%x|%%|%r|%c" % (2.345, "ab", 42, 255, "q", "z"), "%(k)s" % {"k": "v"}, format(1234.5, ",.1f"), "{:{}}".format("r", ">4"))
print(str(1e16), str(1e15), repr(1.0), 1e-5, 0.0001, 123456789012345678.0, f"{1.5:.0f} {2.5:.0f}", f"{float('nan'):5} {float('inf'):<5}|", f"{'é':>3}", f"{'x':{'>' if n else '<'}4}")
