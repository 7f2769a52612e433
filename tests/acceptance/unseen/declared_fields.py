"""A metaclass that looks at what stands in a class, and where."""


class Field:
    def __init__(self, kind, default=None):
        self.kind, self.default = kind, default

    def __set_name__(self, owner, name):
        self.label = f"{owner.__name__}.{name}"


class Model(type):
    def __new__(mcls, name, bases, space, **options):
        fields = {key: value for key, value in space.items() if isinstance(value, Field)}
        numbers = {key: value for key, value in space.items() if isinstance(value, int)}
        made = super().__new__(mcls, name, bases, space)
        made.fields = [*getattr(made, "fields", []), *fields]
        print(name, list(fields), numbers, sorted(options))
        return made


class Record(metaclass=Model):
    id = Field(int, 0)
    version = 3

    def __init__(self, **values):
        for name in self.fields:
            setattr(self, name, values.get(name, getattr(type(self), name).default))

    def total(self):
        return sum(value for value in vars(self).values() if isinstance(value, int))


class Invoice(Record, frozen=True):
    amount = Field(int, 10)
    note = Field(str, "")


invoice = Invoice(id=7)
print(vars(invoice), invoice.total(), Invoice.fields)
