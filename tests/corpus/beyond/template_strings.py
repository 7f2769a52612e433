from string.templatelib import Interpolation, Template


def html(template):
    out = []
    for part in template:
        if isinstance(part, Interpolation):
            value = str(part.value).replace("&", "&amp;").replace("<", "&lt;")
            out.append(format(value, part.format_spec))
        else:
            out.append(part)
    return "".join(out)


name, n = "<Ida & Jan>", 3
template = t"Hello {name}, you have {n:>4} new {'message' + 's' * (n > 1)!r}"
print(html(template), template.strings, [i.expression for i in template.interpolations], [i.conversion for i in template.interpolations], template.values)
print(type(template) is Template, html(t"{name}" + t" and {n=}"))
