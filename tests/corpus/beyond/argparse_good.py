import argparse

parser = argparse.ArgumentParser(prog="calc")
parser.add_argument("-v", action="count", default=0)
sub = parser.add_subparsers(dest="command", required=True)
add = sub.add_parser("add")
add.add_argument("values", nargs="*", type=float)
add.add_argument("--note")
add.set_defaults(run=lambda a: sum(a.values))
args = parser.parse_args()
print(args.command, args.values, args.note, args.v, args.run(args))
print(vars(parser.parse_args(["add"]))["values"])
