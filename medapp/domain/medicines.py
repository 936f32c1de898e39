"""A list of medicines that was looked up and checked: what was recognised, how, and what the checks say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    from medapp.domain.recommendation import Check, Citation, Drug

How = Literal["exact name", "synonym", "brand", "code", "within the name"]


@dataclass(frozen=True, slots=True)
class Found:
    """One active ingredient of a medicine, and how it was found.

    Attributes:
        how: ``within the name``: some words of a longer name that is not known as a whole.
        by: The words or the code that it was found by.
        source: The table that says so.
    """

    ingredient: str
    how: How
    by: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine as it was named, with what it was recognised as.

    Attributes:
        found: Empty where it was not recognised; `drug` then has no ingredients.
        unclear: Parts of the name that were not recognised.
        suggestions: Names that are written nearly alike, to ask the reader by; never used for a check.
        notes: Sentences: name and code disagree, ...
        is_local: Whether it is put on skin, eye, ear, nose or vagina, by the words of its name.
        not_taken: The word of its name that says that it is not taken (``stopped``): then `drug` has no
            ingredients, though `found` says what it is, and no check counts it.
    """

    drug: Drug
    found: tuple[Found, ...] = ()
    unclear: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_local: bool = False
    not_taken: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why it is not certain whom a record is about: a question that nobody has answered yet.

    Attributes:
        text: A sentence without its full stop.
        differs: In what those contradict each other who may be one person: ``name``, ``birth date``, ``sex``.
    """

    text: str
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checks:
    """What all checks say of a list.

    Attributes:
        on: The day that ages of values were counted to.
        checks: The gravest first; those with the outcome ``unknown`` were not made, and say why.
        tables: What was looked up, with versions.
    """

    on: date
    medicines: tuple[Medicine, ...]
    checks: tuple[Check, ...]
    tables: tuple[Citation, ...] = ()

    @property
    def unmatched(self) -> tuple[Medicine, ...]:
        """Medicines that were not recognised, so that no check could be made of them."""
        return tuple(one for one in self.medicines if not one.drug.is_known and not one.not_taken)

    @property
    def not_taken(self) -> tuple[Medicine, ...]:
        """Medicines that their names say are not taken; no check counts them."""
        return tuple(one for one in self.medicines if one.not_taken)

    @property
    def found(self) -> tuple[Check, ...]:
        """What speaks against a medicine or asks for care."""
        return tuple(one for one in self.checks if one.outcome == "found")

    @property
    def unknown(self) -> tuple[Check, ...]:
        """What could not be checked."""
        return tuple(one for one in self.checks if one.outcome == "unknown")
