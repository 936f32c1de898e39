"""A question over the whole library: who fits, and by what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Comparator = Literal["<", "<=", ">", ">=", "="]
Kind = Literal["imaging", "problem", "medicine", "procedure", "measurement", "any"]


@dataclass(frozen=True)
class Condition:
    """One thing that must be in a record, or must not.

    Attributes:
        kind: Where it is looked for.
        words: All of them stand in its words, or one code is one of them.
        comparator, value, unit: For a measurement; `unit` empty where the question states none.
        absent: It must not be there.
    """

    kind: Kind
    words: tuple[str, ...]
    comparator: Comparator | None = None
    value: float | None = None
    unit: str = ""
    absent: bool = False

    @property
    def text(self) -> str:
        """The condition in words."""
        parts = ["no" if self.absent else "", *self.words]
        if self.comparator is not None:
            parts += [self.comparator, f"{self.value:g}", self.unit]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True)
class CohortQuery:
    """Who is looked for. Ages are in whole years today, or at death.

    Attributes:
        sex: ``male`` or ``female``; None for everybody.
        oldest, youngest: Inclusive.
    """

    sex: Literal["male", "female"] | None = None
    youngest: int | None = None
    oldest: int | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """Why somebody fits one condition: the latest of what fits.

    Attributes:
        count: How many entries fit.
        date: ISO, empty where it is not known.
        unit: As stored.
    """

    condition: str
    title: str
    date: str = ""
    value: float | None = None
    unit: str = ""
    count: int = 1


@dataclass(frozen=True)
class Member:
    """Somebody who fits.

    Attributes:
        person: Key of the record; empty where there are only images.
        patients: Keys of the patient in the images, as far as they are known to be the same.
        age: Years; None where the birth date is not known to the day.
    """

    person: str
    patients: tuple[str, ...]
    name: str
    birth_date: str
    sex: str
    age: int | None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Cohort:
    """The answer.

    Attributes:
        unknown: How many could not be judged, by what was not known: ``age``, ``sex``.
        notices: Sentences, such as that a value was compared in several units.
    """

    members: tuple[Member, ...]
    unknown: tuple[tuple[str, int], ...] = ()
    notices: tuple[str, ...] = ()
