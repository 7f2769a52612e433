"""Text: Unicode's tables, normal forms, codecs, regular expressions over them."""

from common import expect, run_checks


def database():
    import unicodedata

    expect(unicodedata.name("ß"), "LATIN SMALL LETTER SHARP S")
    expect(unicodedata.lookup("SNOWMAN"), "☃")
    expect(unicodedata.category("\u0378"), "Cn")
    expect(unicodedata.numeric("½"), 0.5)
    return unicodedata.unidata_version


def normal_forms():
    import unicodedata

    expect(unicodedata.normalize("NFD", "é한"), "e\u0301\u1112\u1161\u11ab")
    expect(unicodedata.normalize("NFKC", "ﬁ①"), "fi1")


def case():
    expect("straße".upper(), "STRASSE")
    expect("ΣΊΣΥΦΟΣ".casefold(), "σίσυφοσ")
    expect("ǆ".title(), "ǅ")
    expect("ΑΣ".lower(), "ας")


def codecs():
    for codec, text, data in (
        ("utf-16-le", "a€", b"a\0\xac\x20"),
        ("utf-8-sig", "a", b"\xef\xbb\xbfa"),
        ("cp1252", "€", b"\x80"),
        ("shift_jis", "日本", b"\x93\xfa\x96\x7b"),
        ("gb18030", "😀", b"\x94\x39\xfc\x36"),
        ("euc_kr", "한", b"\xc7\xd1"),
        ("iso2022_jp", "日", b"\x1b$BF|\x1b(B"),
        ("big5", "中", b"\xa4\xa4"),
        ("punycode", "bücher", b"bcher-kva"),
        ("idna", "bücher", b"xn--bcher-kva"),
        ("koi8-r", "д", b"\xc4"),
    ):
        expect((codec, text.encode(codec)), (codec, data))
        expect((codec, data.decode(codec)), (codec, text))


def errors():
    expect(b"a\xff".decode("utf-8", "surrogateescape").encode("utf-8", "surrogateescape"), b"a\xff")
    expect("é".encode("ascii", "namereplace"), b"\\N{LATIN SMALL LETTER E WITH ACUTE}")


def patterns():
    import re

    expect(re.findall(r"\w+", "naïve Ωmega_1 é"), ["naïve", "Ωmega_1", "é"])
    expect(re.sub(r"(?i)straße", "x", "STRASSE straße"), "STRASSE x")
    expect(re.match(r"(?P<a>\d+)(?:(?<=4)2)?", "42")["a"], "42")


def output():
    import os
    import sys

    from common import spawn

    if not hasattr(os, "fork"):
        return
    code = "import sys; sys.stdout.write('ß€😀'); sys.stderr.write('')"
    expect(spawn(sys.executable, "-c", code, encoding="utf-8"), "ß€😀")


run_checks([database, normal_forms, case, codecs, errors, patterns, output])
