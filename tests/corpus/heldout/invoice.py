from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterable, Optional


@dataclass
class Position:
    text: str
    cents: int
    amount: int = 1
    discount: float = 0.0

    @property
    def total(self) -> int:
        return round(self.cents * self.amount * (1 - self.discount))


@dataclass
class Invoice:
    number: str
    customer: str
    positions: list[Position] = field(default_factory=list)
    tax_rate: float = 0.19
    note: Optional[str] = None

    def add(self, *args, **kwargs) -> Invoice:
        self.positions.append(Position(*args, **kwargs))
        return self

    def net(self) -> int:
        return sum(p.total for p in self.positions)

    def tax(self) -> int:
        return round(self.net() * self.tax_rate)

    def lines(self) -> Iterable[str]:
        yield f"Invoice {self.number} for {self.customer}"
        yield "-" * 44
        for i, p in enumerate(self.positions, start=1):
            extra = f" (-{p.discount:.0%})" if p.discount else ""
            yield f"{i:>2}. {p.text + extra:<24}{p.amount:>4}{euro(p.total):>13}"
        yield "-" * 44
        yield f"{'net':<30}{euro(self.net()):>14}"
        yield f"{f'tax {self.tax_rate:.0%}':<30}{euro(self.tax()):>14}"
        yield f"{'total':<30}{euro(self.net() + self.tax()):>14}"
        if self.note:
            yield self.note


def euro(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02d} EUR"


invoice = Invoice("2024-017", "Ute Beispiel", note="Thank you!")
invoice.add("Consulting", 12_000, 8).add("Travel", 5_490).add("Licence", 49_900, discount=0.15)
print("\n".join(invoice.lines()))
print(invoice)
