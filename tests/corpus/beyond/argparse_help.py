import argparse

parser = argparse.ArgumentParser(prog="pack", description="Packs folders into archives, one after another.", epilog="See the manual.")
parser.add_argument("source", nargs="+", help="what to pack")
parser.add_argument("-o", "--output", metavar="FILE", default="out.tar", help="where to (default: %(default)s)")
parser.add_argument("-l", "--level", type=int, choices=range(1, 10), help="how hard")
group = parser.add_mutually_exclusive_group()
group.add_argument("-q", "--quiet", action="store_true", help="say nothing")
group.add_argument("-v", "--verbose", action="count", default=0, help="say more")
print(parser.parse_args())
