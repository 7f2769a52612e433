"""Sort a bookshelf and say what is overdue."""

from dataclasses import dataclass, field


@dataclass(order=True)
class Book:
    due: int
    title: str = field(compare=False)
    tags: list = field(default_factory=list, compare=False)

    def overdue(self, today):
        return max(0, today - self.due)


shelf = [Book(12, "Emma", ["novel"]), Book(3, "SICP"), Book(7, "Dune", ["novel", "sf"])]
for book in sorted(shelf):
    print(f"{book.title:<6}|{book.overdue(8):>3} days|{', '.join(book.tags) or '-'}")
print(sum(book.overdue(10) for book in shelf), max(shelf).title)
print(shelf[1])
