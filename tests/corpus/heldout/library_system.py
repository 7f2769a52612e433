"""A small library: books, members, loans, reservations, fines."""

from collections import deque
from datetime import date, timedelta


class LibraryError(Exception):
    """Base class."""


class NotAvailable(LibraryError):
    pass


class LimitReached(LibraryError):
    pass


class Book:
    def __init__(self, isbn, title, author, copies=1):
        self.isbn = isbn
        self.title = title
        self.author = author
        self.copies = copies
        self.waiting = deque()

    def __repr__(self):
        return f"<{self.title} by {self.author}>"


class Member:
    max_loans = 2

    def __init__(self, name):
        self.name = name
        self.loans = {}
        self.fines = 0

    def __str__(self):
        return self.name


class Premium(Member):
    max_loans = 4


class Library:
    period = timedelta(days=14)
    fine_per_day = 20

    def __init__(self):
        self.books = {}
        self.members = {}
        self.history = []

    def add_book(self, *args, **kwargs):
        book = Book(*args, **kwargs)
        if book.isbn in self.books:
            self.books[book.isbn].copies += book.copies
        else:
            self.books[book.isbn] = book

    def join(self, member):
        self.members[member.name] = member
        return member

    def lend(self, name, isbn, today):
        member, book = self.members[name], self.books[isbn]
        if len(member.loans) >= member.max_loans:
            raise LimitReached(f"{member} has {len(member.loans)} books")
        if book.copies < 1:
            book.waiting.append(member)
            raise NotAvailable(f"{book.title}: position {len(book.waiting)} in the queue")
        book.copies -= 1
        member.loans[isbn] = today + self.period
        self.history.append((today, "lend", name, isbn))
        return member.loans[isbn]

    def give_back(self, name, isbn, today):
        member, book = self.members[name], self.books[isbn]
        due = member.loans.pop(isbn)
        late = (today - due).days
        if late > 0:
            member.fines += late * self.fine_per_day
        book.copies += 1
        self.history.append((today, "return", name, isbn))
        if book.waiting:
            following = book.waiting.popleft()
            return self.lend(following.name, isbn, today)
        return None

    def overdue(self, today):
        for member in self.members.values():
            for isbn, due in member.loans.items():
                if due < today:
                    yield member, self.books[isbn], (today - due).days

    def search(self, text):
        text = text.lower()
        return sorted((b for b in self.books.values() if text in b.title.lower() or text in b.author.lower()), key=lambda b: b.title)


def main():
    lib = Library()
    for row in [("1", "Emma", "Austen"), ("2", "Persuasion", "Austen", 2), ("3", "Orlando", "Woolf"), ("4", "Kim", "Kipling")]:
        lib.add_book(*row)
    lib.add_book("4", "Kim", "Kipling", copies=2)
    ann = lib.join(Member("Ann"))
    lib.join(Premium("Bob"))
    lib.join(Member("Cleo"))
    day = date(2024, 2, 20)

    print(lib.search("au"), lib.books["4"].copies)
    print("due", lib.lend("Ann", "1", day))
    print("due", lib.lend("Ann", "2", day))
    for name, isbn in (("Ann", "3"), ("Bob", "1"), ("Cleo", "1")):
        try:
            lib.lend(name, isbn, day)
        except LibraryError as problem:
            print(f"{type(problem).__name__}: {problem}")
    later = day + timedelta(days=17)
    for member, book, days in lib.overdue(later):
        print(f"{member} keeps {book!r} {days} days too long")
    print("next due", lib.give_back("Ann", "1", later))
    print(lib.give_back("Ann", "2", later))
    print("fines", ann.fines, "loans", {m: sorted(lib.members[m].loans) for m in lib.members})
    print("waiting", [str(m) for m in lib.books["1"].waiting])
    for when, what, who, isbn in lib.history:
        print(when.strftime("%d.%m.%Y"), f"{what:<7}{who:<5}{lib.books[isbn].title}")


if __name__ == "__main__":
    main()
