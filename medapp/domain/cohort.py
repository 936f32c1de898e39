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
        also: Other words for the same, where the question used a short one.
    """

    kind: Kind
    words: tuple[str, ...]
    comparator: Comparator | None = None
    value: float | None = None
    unit: str = ""
    absent: bool = False
    also: tuple[str, ...] = ()

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

    @property
    def text(self) -> str:
        """How the question was understood."""
        parts: list[str] = [self.sex or "anybody"]
        if self.youngest is not None:
            parts.append(f"at least {self.youngest} years old")
        if self.oldest is not None:
            parts.append(f"at most {self.oldest} years old")
        kinds = {"any": "problem, medicine or procedure"}
        parts += [f"{kinds.get(one.kind, one.kind)}: {one.text}" for one in self.conditions]
        return "; ".join(parts)


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
        age: Years, at death where `died`; None where the birth date is not known to the day.
    """

    person: str
    patients: tuple[str, ...]
    name: str
    birth_date: str
    sex: str
    age: int | None
    evidence: tuple[Evidence, ...] = ()
    died: bool = False


@dataclass(frozen=True)
class Cohort:
    """The answer.

    Attributes:
        unknown: How many could not be judged, by what was not known: ``age``, ``sex``.
        notices: Sentences, such as that a value was compared in several units, or that nothing in the
            library is called so.
        understood: The question as it was understood.
    """

    members: tuple[Member, ...]
    unknown: tuple[tuple[str, int], ...] = ()
    notices: tuple[str, ...] = ()
    understood: str = ""
