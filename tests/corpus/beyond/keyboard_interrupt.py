import sys

print("working")
sys.stdout.flush()
raise KeyboardInterrupt
