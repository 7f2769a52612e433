import csv
import io
from collections import defaultdict

DATA = """region,product,month,units,price
North,Tea,1,120,3.50
North,Coffee,1,80,5.25
South,Tea,1,60,3.50
South,Tea,2,75,3.60
North,Tea,2,110,3.60
West,Coffee,2,40,5.10
West,Cocoa,2,15,4.00
"""


def main():
    by_region = defaultdict(float)
    by_product = defaultdict(lambda: [0, 0.0])
    for row in csv.DictReader(io.StringIO(DATA)):
        units = int(row["units"])
        revenue = units * float(row["price"])
        by_region[row["region"]] += revenue
        by_product[row["product"]][0] += units
        by_product[row["product"]][1] += revenue

    print("Region       Revenue")
    for region, revenue in sorted(by_region.items(), key=lambda x: x[1], reverse=True):
        print(f"{region:<10} {revenue:>9,.2f}")
    print()
    for product in sorted(by_product):
        units, revenue = by_product[product]
        print(f"{product:<8}{units:>5} units, {revenue / units:.3f} on average")


if __name__ == "__main__":
    main()
