"""{{ name|filter }} and {% for/if %} templates compiled to a function."""

import re
import textwrap

FILTERS = {"upper": str.upper, "title": str.title, "money": lambda v: f"{v:.2f}", "join": ", ".join}


class Template:
    def __init__(self, text):
        self.code = ["def render(context, out):"]
        self.depth = 1
        self.names = set()
        self.locals = []
        for part in re.split(r"({{.*?}}|{%.*?%})", text):
            if part.startswith("{{"):
                self.emit(f"out.append(str({self.expression(part[2:-2].strip())}))")
            elif part.startswith("{%"):
                self.statement(part[2:-2].split())
            elif part:
                self.emit(f"out.append({part!r})")
        if self.depth != 1:
            raise SyntaxError("unclosed block")
        space = {"FILTERS": FILTERS, "look": self.look}
        exec(compile("\n".join(self.code), "<template>", "exec"), space)
        self.function = space["render"]

    def emit(self, line):
        self.code.append("    " * self.depth + line)

    @staticmethod
    def look(value, *names):
        for name in names:
            try:
                value = value[name]
            except (TypeError, KeyError):
                value = getattr(value, name)
            if callable(value):
                value = value()
        return value

    def expression(self, text):
        name, *filters = text.split("|")
        head, *dots = name.split(".")
        code = head if head in self.locals else f"context[{head!r}]"
        if dots:
            code = f"look({code}, {', '.join(map(repr, dots))})"
        for f in filters:
            code = f"FILTERS[{f!r}]({code})"
        return code

    def statement(self, words):
        match words:
            case ["for", name, "in", where]:
                self.emit(f"for {name} in {self.expression(where)}:")
                self.locals.append(name)
                self.depth += 1
                self.emit("pass")
            case ["if", *condition]:
                self.emit(f"if {' '.join(['not'] * (condition[0] == 'not'))} {self.expression(condition[-1])}:")
                self.depth += 1
                self.emit("pass")
            case ["else"]:
                self.depth -= 1
                self.emit("else:")
                self.depth += 1
                self.emit("pass")
            case ["endfor" | "endif"]:
                self.depth -= 1
            case _:
                raise SyntaxError("unknown tag " + words[0])

    def render(self, **context):
        out = []
        self.function(context, out)
        return "".join(out)


class Customer:
    def __init__(self, name, vip):
        self.name, self.vip = name, vip

    def greeting(self):
        return "Dear " + self.name


template = Template(textwrap.dedent("""\
    {{ customer.greeting }},
    {% for item in items %}* {{ item.name|title }}: {{ item.price|money }} EUR{% if item.sale %} (sale!){% else %}{% endif %}
    {% endfor %}{% if customer.vip %}Thank you, {{ customer.name|upper }}!{% endif %}
    Tags: {{ tags|join|upper }}"""))
items = [{"name": "green tea", "price": 3.5, "sale": True}, {"name": "mug", "price": 8, "sale": False}]
print(template.render(customer=Customer("Ida", True), items=items, tags=["a", "b"]))
print(template.render(customer=Customer("Jan", False), items=[], tags=[]))
print(len(template.code), template.code[1])
for bad in ("{% for x in y %}", "{% while %}"):
    try:
        Template(bad)
    except SyntaxError as error:
        print(error.msg)
