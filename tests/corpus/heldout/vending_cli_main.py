#!/usr/bin/env python3
import argparse
import sys

PRICES = {"tea": 350, "mug": 899, "lid": 99}


def build_parser():
    p = argparse.ArgumentParser(description="Order things")
    p.add_argument("items", nargs="+", choices=sorted(PRICES))
    p.add_argument("--count", type=int, default=1)
    p.add_argument("--verbose", action="store_true")
    return p


def main(argv=None):
    args = build_parser().parse_args(argv)
    total = 0
    for item in args.items:
        cost = PRICES[item] * args.count
        total += cost
        print(f"{args.count} x {item:<5} {cost / 100:8.2f}")
    print(f"{'':8}{total / 100:8.2f}")
    return 0 if total < 10_000 else 1


if __name__ == "__main__":
    sys.exit(main())
