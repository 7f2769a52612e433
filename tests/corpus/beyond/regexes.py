import re

text = "Order #1042: 3 x tea (€4.50), 12 x mug (€8.99); order #1043: none."
print(re.findall(r"(\d+) x (\w+) \(€(\d+\.\d\d)\)", text), re.search(r"#(?P<n>\d+)", text)["n"], re.split(r"[;:,]\s*", text, maxsplit=2))
print(re.sub(r"(?P<a>\d+)\.(\d\d)", lambda m: f"{m['a']},{m[2]}", text), re.subn(r"\border\b", "ORDER", text, flags=re.I)[1], re.sub(r"(\w+) x (\w+)", r"\2*\1", text, count=1))
pattern = re.compile(r"""
    ^ (?P<user> [\w.+-]+ ) @ (?P<host> (?: [a-z0-9-]+ \. )+ [a-z]{2,} ) $
""", re.X | re.I)
for mail in ("ida@example.org", "no at sign", "a.b+c@Sub.Example.CO", "x@y"):
    m = pattern.match(mail)
    print(mail, m and m.groupdict(), m and m.span("host"))
print(re.findall(r"(?<=€)\d+(?=\.)", text), re.findall(r"(?<!#)\b\d+\b(?! x)", text), re.fullmatch(r"(a|ab)(c|bcd)(d*)", "abcd").groups(), re.findall(r"(.)\1", "aabbcd"))
print(re.findall(r"(?m)^\w+", "one two\nthree"), re.findall(r"(?s)a.b", "a\nb"), re.split(r"(-)", "a-b-c"), re.escape("a.b*c"), pattern.groups, pattern.groupindex["host"], re.match(r"a*?b", "aaab").end(), re.findall(r"\d{2,3}?", "12345"), re.findall(r"(?:x|(y))", "xy"), re.match(r"(?>a+)b", "aab") is not None, re.findall("[^\\W\\d_]+", "añb1_c"))
