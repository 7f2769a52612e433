import csv
import io

text = 'name,qty,note\n"Smith, J.",3,"said ""hi"""\nÅsa,,\n"two\nlines",1,x\n'
rows = list(csv.reader(io.StringIO(text)))
print(rows, len(rows))
out = io.StringIO()
writer = csv.DictWriter(out, ["qty", "name", "price"], extrasaction="ignore", restval="-", lineterminator="\n")
writer.writeheader()
writer.writerows(csv.DictReader(io.StringIO(text)))
print(out.getvalue())
for quoting in (csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC):
    out = io.StringIO()
    csv.writer(out, delimiter=";", quoting=quoting).writerow(["a;b", 1, 2.5, None, 'q"q', ""])
    print(repr(out.getvalue()))
csv.register_dialect("pipes", delimiter="|", escapechar="\\", quoting=csv.QUOTE_NONE)
print(list(csv.reader(["a|b\\|c|d"], "pipes")), sorted(csv.list_dialects()))
