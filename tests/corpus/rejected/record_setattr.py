"""Builds objects from rows of a table."""

import csv
import io

TABLE = "id,name,price,stock\n1,tea,2.50,10\n2,coffee,4.75,\n3,cocoa,3.10,7\n"


class Row:
    def __repr__(self):
        return "Row(" + ", ".join(f"{k}={v!r}" for k, v in vars(self).items()) + ")"


def convert(text):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


rows = []
for record in csv.DictReader(io.StringIO(TABLE)):
    row = Row()
    for key, text in record.items():
        setattr(row, key, convert(text))
    rows.append(row)

for row in rows:
    print(row)

for row in rows:
    if row.stock == "":
        delattr(row, "stock")
    else:
        setattr(row, "value", round(row.price * row.stock, 2))
print([hasattr(r, "value") for r in rows])
print(rows)

suffix = "_eur"
for row in rows:
    setattr(row, "price" + suffix, getattr(row, "price"))
    del row.price
print(sorted(vars(rows[0])))
