class ParseError(ValueError):
    def __init__(self, line, text):
        ValueError.__init__(self, "line %d: %s" % (line, text))
        self.line = line


def convert(v):
    low = v.lower()
    if low in ("yes", "true", "on"):
        return True
    if low in ("no", "false", "off"):
        return False
    for t in (int, float):
        try:
            return t(v)
        except ValueError:
            continue
    if len(v) > 1 and v[0] == v[-1] == '"':
        return v[1:-1]
    return v


def parse(text):
    result, section = {}, None
    for no, line in enumerate(text.splitlines(), 1):
        line = line.split(";", 1)[0].strip()
        if not line:
            continue
        if line.startswith("["):
            if not line.endswith("]"):
                raise ParseError(no, "unclosed section")
            section = result.setdefault(line[1:-1].strip(), {})
        elif "=" in line:
            if section is None:
                raise ParseError(no, "value outside of a section")
            k, _, v = line.partition("=")
            section[k.rstrip()] = convert(v.lstrip())
        else:
            raise ParseError(no, "what is %r?" % line)
    return result


good = """
; settings
[window]
width = 640
ratio=1.5
title = "My = app"  ; trailing
[flags]
fast = yes
debug=off
"""
for section, values in parse(good).items():
    for k, v in values.items():
        print("%s.%s = %r (%s)" % (section, k, v, type(v).__name__))
for bad in ("x = 1", "[a\n", "[a]\nfoo\n"):
    try:
        parse(bad)
    except ParseError as e:
        print(e, "|", e.line, isinstance(e, ValueError))
