"""One process that does a little thing M times: amortized.py M. For start-up against sustained work."""

import sys


class Account:
    def __init__(self):
        self.balance = 0

    def book(self, amount, **tags):
        self.balance += amount if "credit" in tags else -amount
        return self.balance


def main(times):
    account, seen = Account(), {}
    for i in range(times):
        account.book(i % 7, credit=True)
        key = f"k{i % 10}"
        seen[key] = seen.get(key, 0) + 1
    print(account.balance, len(seen))


main(int(sys.argv[1]))
