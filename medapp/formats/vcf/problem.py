"""What a check of a VCF finds: where, why, and whether the specification forbids it or advises against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Problem:
    """One departure from the specification.

    Attributes:
        line: In the file, 1-based; 0 for the file as a whole.
        field: Column (``POS``), key (``INFO/AC``, ``sample 2/GT``) or kind of meta-information (``##INFO``).
        reason: A sentence for the reader; it repeats no value, as values may be the patient's.
        is_error: False where the specification advises only ("should"), or a reader can tell what was meant.
        spoils: Whether the alleles and genotypes of the line cannot be trusted for it. An error that does
            not spoil is one of order, of an identifier or of an annotation.
    """

    line: int
    field: str
    reason: str
    is_error: bool = True
    spoils: bool = False

    @property
    def sentence(self) -> str:
        """Place and reason."""
        return f"line {self.line}, {self.field}: {self.reason}" if self.line else self.reason


REMARK: Final = 0
FLAW: Final = 1
"""An error that leaves alleles and genotypes as they are."""
ERROR: Final = 2

Finding = tuple[str, str, int]
"""Field, reason and weight: a `Problem` of a line that is not known yet."""


class Findings:
    """What one line has shown so far."""

    __slots__ = ("items",)

    def __init__(self) -> None:
        """Nothing yet."""
        self.items: list[Finding] = []

    def error(self, field: str, reason: str) -> None:
        """What the specification forbids, and the line is not to be read for."""
        self.items.append((field, reason, ERROR))

    def flaw(self, field: str, reason: str, *, is_error: bool = True) -> None:
        """What it forbids in what is beside alleles and genotypes; a remark where this edition allows it."""
        self.items.append((field, reason, FLAW if is_error else REMARK))

    def warn(self, field: str, reason: str) -> None:
        """What it advises against."""
        self.items.append((field, reason, REMARK))

    @property
    def spoil(self) -> bool:
        """Whether the line is not to be read."""
        return any(weight == ERROR for _, _, weight in self.items)

    def at(self, line: int) -> list[Problem]:
        """The same with the line they are in."""
        return [
            Problem(line, field, reason, weight != REMARK, weight == ERROR)
            for field, reason, weight in self.items
        ]
