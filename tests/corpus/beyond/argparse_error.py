import argparse

parser = argparse.ArgumentParser(prog="pack")
parser.add_argument("source")
parser.add_argument("--level", type=int)
print(parser.parse_args())
