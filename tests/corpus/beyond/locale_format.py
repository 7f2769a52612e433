import locale

print(locale.setlocale(locale.LC_ALL, "C"), locale.localeconv()["decimal_point"], locale.format_string("%.2f", 1234.5, grouping=True))
print(f"{1234567.891:n}", locale.getpreferredencoding(False), locale.strcoll("a", "B") > 0)
