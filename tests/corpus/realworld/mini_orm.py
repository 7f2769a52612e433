"""Tables as classes, columns as descriptors, rows as objects, queries as chains."""


class Column:
    def __init__(self, kind, *, default=None, required=False):
        self.kind, self.default, self.required = kind, default, required

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, row, owner):
        if row is None:
            return Condition(self.name)
        return row._data.get(self.name, self.default)

    def __set__(self, row, value):
        if value is None and self.required:
            raise ValueError(f"{self.name} is required")
        row._data[self.name] = None if value is None else self.kind(value)

    def __delete__(self, row):
        row._data.pop(self.name, None)


class Condition:
    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return lambda row: getattr(row, self.name) == other

    def __gt__(self, other):
        return lambda row: getattr(row, self.name) > other

    def startswith(self, prefix):
        return lambda row: getattr(row, self.name).startswith(prefix)


class Query:
    def __init__(self, model, tests=(), key=None, count=None):
        self.model, self.tests, self.key, self.count = model, tests, key, count

    def filter(self, *tests, **equal):
        more = tuple(getattr(self.model, k) == v for k, v in equal.items())
        return Query(self.model, self.tests + tests + more, self.key, self.count)

    def order(self, name):
        return Query(self.model, self.tests, name, self.count)

    def __getitem__(self, part):
        return list(self)[part]

    def __iter__(self):
        rows = (r for r in self.model.rows if all(t(r) for t in self.tests))
        if self.key:
            name = self.key.lstrip("-")
            rows = sorted(rows, key=lambda r: getattr(r, name), reverse=self.key.startswith("-"))
        return iter(rows)

    def update(self, **values):
        n = 0
        for n, row in enumerate(self, 1):
            for k, v in values.items():
                setattr(row, k, v)
        return n


class ModelMeta(type):
    def __new__(mcls, name, bases, ns):
        cls = super().__new__(mcls, name, bases, ns)
        cls.columns = {k: v for k, v in ns.items() if isinstance(v, Column)}
        cls.rows = []
        return cls

    @property
    def objects(cls):
        return Query(cls)


class Model(metaclass=ModelMeta):
    def __init__(self, **values):
        self._data = {}
        for name, column in type(self).columns.items():
            setattr(self, name, values.pop(name, column.default))
        if values:
            raise AttributeError(f"no column {sorted(values)[0]}")
        type(self).rows.append(self)

    def __repr__(self):
        inner = ", ".join(f"{k}={getattr(self, k)!r}" for k in type(self).columns)
        return f"{type(self).__name__}({inner})"


class Book(Model):
    title = Column(str, required=True)
    year = Column(int, default=2000)
    price = Column(float, default=0)


Book(title="Emma", year="1815", price="7.5")
Book(title="Dune", year=1965, price=9)
Book(title="Evelina", year=1778)
Book(title="Kim", year=1901, price=4)

print(list(Book.objects.filter(Book.title.startswith("E"))))
print([b.title for b in Book.objects.order("-year")])
print([b.title for b in Book.objects.filter(Book.year > 1800, price=4.0)])
print(Book.objects.filter(Book.price == 0.0).update(price="3.25"), Book.objects.order("price")[0])
for bad in ({"year": 1}, {"title": "x", "colour": 1}):
    try:
        Book(**bad)
    except (ValueError, AttributeError) as error:
        print(type(error).__name__, error)
row = Book.rows[0]
del row.price
print(row.price, list(Book.columns))
