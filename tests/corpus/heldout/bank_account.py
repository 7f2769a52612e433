class InsufficientFunds(Exception):
    pass


class Account:
    interest = 0.02

    def __init__(self, owner, balance=0):
        self.owner = owner
        self._balance = balance
        self.transactions = []

    @property
    def balance(self):
        return self._balance

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("amount must be positive")
        self._balance += amount
        self.transactions.append(("deposit", amount))

    def withdraw(self, amount):
        if amount > self._balance:
            raise InsufficientFunds("need %d more" % (amount - self._balance))
        self._balance -= amount
        self.transactions.append(("withdraw", amount))

    def __str__(self):
        return "Account of %s: %d" % (self.owner, self._balance)


class Savings(Account):
    def add_interest(self):
        self.deposit(int(self._balance * self.interest))


acc = Savings("Maria", 1000)
acc.deposit(500)
acc.withdraw(200)
acc.add_interest()
print(acc)
try:
    acc.withdraw(10000)
except InsufficientFunds as e:
    print("Error:", e)
try:
    acc.deposit(-5)
except ValueError as e:
    print("Error:", e)
for kind, amount in acc.transactions:
    print("%-10s %6d" % (kind, amount))
print(acc.balance)
