import sys

print("working")
if len(sys.argv) < 3:
    sys.exit("usage: exit_text INPUT OUTPUT")
