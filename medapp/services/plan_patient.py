"""What whoever reads a plan on paper has to know of the patient besides: allergies and problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.record.clinical import Allergy, Problem
from medapp.domain.record.summary import ACTIVE, DENIED
from medapp.knowledge.therapy.allergy_words import denies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.domain.record import Entry
    from medapp.library import Library

_OVER: Final = frozenset({"inactive", "resolved"})
_NO_RECORD: Final = "unknown: there is no record"


def stated_of(library: Library, patient_key: str) -> tuple[tuple[str, str], ...]:
    """Rows of title and words, as the record states them now; that it says nothing is said."""
    from medapp.services.patient_data import data_of

    record = data_of(library, patient_key).record
    if record is None:
        return (("Allergies", _NO_RECORD), ("Problems", _NO_RECORD))
    return (("Allergies", _allergies(record.entries)), ("Problems", _problems(record.entries)))


def _allergies(entries: Iterable[Entry]) -> str:
    stated = [
        one.content
        for one in entries
        if isinstance(one.content, Allergy)
        and one.content.status not in _OVER
        and one.content.certainty not in DENIED
    ]

    def is_none(one: Allergy) -> bool:
        return one.negated or denies(one.concept.display)

    named = dict.fromkeys(one.concept.display or "without a name" for one in stated if not is_none(one))
    if named:
        return "; ".join(named)
    if stated:
        return "the record says that there are none: " + "; ".join(
            dict.fromkeys(one.concept.display or "no words" for one in stated)
        )
    return "unknown: the record names none and does not say that there are none"


def _problems(entries: Iterable[Entry]) -> str:
    """Active ones, and those of which it is not stated whether they are."""
    named: dict[str, str] = {}
    for one in entries:
        content = one.content
        if not isinstance(content, Problem) or content.certainty in DENIED or not content.concept.display:
            continue
        if content.status in ACTIVE:
            named[content.concept.display] = ""
        elif not content.status:
            named.setdefault(content.concept.display, " (status not stated)")
    said = "; ".join(f"{name}{note}" for name, note in named.items())
    return said or "unknown: the record lists none that is active"
