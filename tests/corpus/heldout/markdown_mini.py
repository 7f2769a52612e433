import re

SOURCE = """# Title

Some *emphasis*, some **strong** text and `code <b>`.
A [link](http://example.org/?a=1&b=2) too.

* one
* two with **bold**

1. first
2. second

> quoted
> text

```
raw *text*
```
Last & final."""


def inline(s):
    s = s.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    s = re.sub(r"`([^`]+)`", r"<code>\1</code>", s)
    s = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", s)
    s = re.sub(r"\*(.+?)\*", r"<em>\1</em>", s)
    return re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r'<a href="\2">\1</a>', s)


def convert(text):
    out, block, kind = [], [], None

    def flush():
        nonlocal block, kind
        if kind == "p":
            out.append("<p>" + " ".join(block) + "</p>")
        elif kind in ("ul", "ol"):
            out.append(f"<{kind}>" + "".join(f"<li>{b}</li>" for b in block) + f"</{kind}>")
        elif kind == "quote":
            out.append("<blockquote>" + " ".join(block) + "</blockquote>")
        block, kind = [], None

    raw = None
    for line in text.split("\n"):
        if raw is not None:
            if line == "```":
                out.append("<pre>" + "\n".join(raw) + "</pre>")
                raw = None
            else:
                raw.append(line)
            continue
        if line == "```":
            flush()
            raw = []
        elif m := re.match(r"(#{1,6}) (.*)", line):
            flush()
            out.append(f"<h{len(m[1])}>{inline(m[2])}</h{len(m[1])}>")
        elif not line.strip():
            flush()
        else:
            for pattern, name in ((r"\* (.*)", "ul"), (r"\d+\. (.*)", "ol"), (r"> (.*)", "quote"), (r"(.*)", "p")):
                if m := re.match(pattern, line):
                    if kind != name:
                        flush()
                    kind = name
                    block.append(inline(m[1]))
                    break
    flush()
    return "\n".join(out)


print(convert(SOURCE))
