import csv
import io
from collections import Counter, defaultdict

DATA = "item,kind,count\nhammer,tool,3\nnail,part,200\nsaw,tool,1\nscrew,part,150\n"
totals, kinds = defaultdict(int), Counter()
for row in csv.DictReader(io.StringIO(DATA)):
    totals[row["kind"]] += int(row["count"])
    kinds[row["kind"]] += 1
print(dict(totals), kinds.most_common())
out = io.StringIO()
writer = csv.writer(out, lineterminator="\n")
writer.writerows(sorted(totals.items()))
print(out.getvalue(), end="")
