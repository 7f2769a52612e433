import unicodedata

print(unicodedata.unidata_version)
for c in "aÄßŉǅ٣½Ω中🙂\u1c89\u2e5d\u10d0":
    print(hex(ord(c)), unicodedata.name(c, "?"), unicodedata.category(c), c.upper(), c.lower(), c.title(), c.casefold(), c.isalpha(), c.isnumeric(), c.isidentifier(), unicodedata.east_asian_width(c))
changed = [cp for cp in range(0x110000) if chr(cp).isalpha()]
print(len(changed), sum(1 for cp in range(0x110000) if chr(cp).isprintable()))
print([len(unicodedata.normalize(f, "ﬁ Å é")) for f in ("NFC", "NFD", "NFKC", "NFKD")])
