"""The first two days of a stay in intensive care, out of a patient's record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.domain.record import Encounter, Procedure
from medapp.domain.record.coding import LOINC, SNOMED
from medapp_classification.records.mapping import by_loinc, variables
from medapp_classification.records.patient import Shown
from medapp_classification.records.people import individual_of
from medapp_classification.records.reading import numbers_of
from medapp_classification.records.stay import (
    FIVE,
    FIVE_STATISTICS,
    TABLE,
    TWO,
    UNITS,
    VENTILATION,
    WINDOW_HOURS,
)

if TYPE_CHECKING:
    from medapp.domain.notice import Notice
    from medapp.domain.record import Record
    from medapp_classification.records.reading import Number, Numbers

_WORDS: Final = ("intensive care", "icu", "critical care", "intensive-care")
_CODES: Final = frozenset({"305351004", "309904001", "448951000124107", "1162737008"})
"""SNOMED CT: admission to, and units of, intensive care."""
_VENTILATED: Final = frozenset({"40617009", "243147009", "243141005", "182687005", "371908008"})
_UNIT_WORDS: Final = {"coronary": "CCU", "heart surgery": "CSRU", "surgical": "SICU", "medical": ""}
_NEEDED: Final = ("GCS", "HR", "BUN", "Creatinine")
_YOUNGEST: Final = 16
_OLDEST: Final = 90.0
"""The table states 90 for all who are older."""
_LAST_HOURS: Final = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class Stay:
    """A stay, as far as the record tells it.

    Attributes:
        is_asked: Whether there is such a stay, or a person says so.
        raw: Columns of the table of stays; None where the model cannot be asked.
        lacking: Why it cannot, each with what would help.
    """

    is_asked: bool
    raw: dict[str, float] | None = None
    lacking: tuple[str, ...] = ()
    shown: dict[str, Shown] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of the stay.

    Attributes:
        start: Moment of admission, ISO 8601; empty to take the last stay that the record has.
        unit: ``coronary``, ``heart surgery``, ``surgical``, ``medical``; empty for what the record says.
        ventilation: ``yes``, ``no``; empty for what the record says.
    """

    start: str = ""
    unit: str = ""
    ventilation: str = ""


def stay_of(record: Record, said: Said) -> Stay:
    """Read the last stay in intensive care; none where there is none and none is stated."""
    found = _admission(record)
    try:
        start = _moment(said.start) if said.start else (found[0] if found else None)
    except ValueError:
        return Stay(is_asked=True, lacking=(f"{said.start!r} is no moment such as 2024-05-31T14:30",))
    if start is None:
        return Stay(is_asked=False)
    until = start + timedelta(hours=WINDOW_HOURS)
    numbers = numbers_of(record, by_loinc(TABLE), until, start)
    person = individual_of(record)
    age = person.age(start)
    unit = said.unit or (_unit(found[1]) if found else "")
    lacking = [*person.lacking]
    if age is not None and age < _YOUNGEST:
        lacking.append(f"the model is for adults, and the patient was {person.birthdays(start)} years old")
    if unit not in _UNIT_WORDS:
        lacking.append(f"the kind of the unit is not known: state it ({', '.join(_UNIT_WORDS)})")
    titles = {one.key: one.title for one in variables(TABLE)}
    gaps = [titles[key] for key in _NEEDED if not numbers.found.get(key)]
    if gaps:
        lacking.append(
            f"{', '.join(gaps)} {'is' if len(gaps) == 1 else 'are'} not there with date and unit "
            f"within {WINDOW_HOURS:.0f} h of the admission"
        )
    if lacking or age is None:
        return Stay(is_asked=True, lacking=tuple(lacking), notices=numbers.notices())
    raw = _raw(numbers) | {"Age": min(age, _OLDEST), "Gender": float(bool(person.male))}
    raw |= {key: float(_UNIT_WORDS[unit] == key) for key in UNITS}
    raw |= _ventilation(record, said, start, until)
    shown = _shown(numbers) | {
        "Age": Shown(f"{person.birthdays(start)} years"),
        "Gender": Shown("male" if person.male else "female"),
        "unit": Shown(unit),
        "ventilation": Shown("recorded" if "MechVentDuration" in raw else "none recorded"),
    }
    return Stay(is_asked=True, raw=raw, shown=shown, notices=numbers.notices())


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text.strip())
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _admission(record: Record) -> tuple[datetime, str] | None:
    """Start and words of the last stay in intensive care."""
    found = []
    for entry in record.entries:
        content = entry.content
        if not isinstance(content, Encounter) or content.during.start is None:
            continue
        said = (content.concept.display, content.place, content.kind, content.reason.display)
        words = " ".join(said).casefold()
        coded = any(code.system == SNOMED and code.value in _CODES for code in content.concept.codes)
        if coded or any(f" {word}" in f" {words}" for word in _WORDS):
            found.append((content.during.start.instant, words))
    return max(found, default=None)


def _unit(words: str) -> str:
    if "coronary" in words or "cardiac care" in words:
        return "coronary"
    if "cardi" in words and "surg" in words:
        return "heart surgery"
    return next((word for word in ("surgical", "medical") if word in words), "")


def _raw(numbers: Numbers) -> dict[str, float]:
    found: dict[str, float] = {}
    for key in (*FIVE, *TWO):
        values = numbers.found.get(key, ())
        if not values:
            continue
        own = np.array([one.value for one in values])
        statistics = (own[0], own[-1], own.min(), own.max(), np.median(own))
        names = FIVE_STATISTICS if key in FIVE else FIVE_STATISTICS[:2]
        found |= {f"{key}_{name}": float(value) for name, value in zip(names, statistics, strict=False)}
    for key in ("Height", "Weight"):
        if numbers.found.get(key):
            found[key] = numbers.found[key][0].value
    return found


def _ventilation(record: Record, said: Said, start: datetime, until: datetime) -> dict[str, float]:
    """Minutes from admission to ventilation, how long it took, and whether in the last hours."""
    if said.ventilation == "no":
        return {}
    spans = [] if said.ventilation == "yes" else _spans(record, start, until)
    if said.ventilation == "yes":
        spans = [(start, until)]
    if not spans:
        return {}
    first, last = min(one for one, _ in spans), max(one for _, one in spans)
    late = last >= until - timedelta(hours=_LAST_HOURS)
    numbers = ((first - start).total_seconds() / 60, (last - first).total_seconds() / 60, float(late))
    return dict(zip(VENTILATION, numbers, strict=True))


def _spans(record: Record, start: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    found = []
    for entry in record.entries:
        content = entry.content
        if not isinstance(content, Procedure) or content.status == "not-done":
            continue
        if not any(one.system == SNOMED and one.value in _VENTILATED for one in content.concept.codes):
            continue
        if content.performed.start is None:
            continue
        first = content.performed.start.instant
        last = content.performed.end.instant if content.performed.end else until
        if first <= until and last >= start:
            found.append((max(first, start), min(last, until)))
    return found


def _shown(numbers: Numbers) -> dict[str, Shown]:
    found = {}
    for one in variables(TABLE):
        values = numbers.found.get(one.key, [])
        code = f"{LOINC}|{one.loinc[0]}"
        if not values:
            found[one.key] = Shown("not measured", (), None, code)
            continue
        entries = tuple(each.entry for each in reversed(values))
        found[one.key] = Shown(_words(values, one.unit), entries, values[-1].when, code)
    return found


def _words(values: list[Number], unit: str) -> str:
    own = [one.value for one in values]
    word = "" if unit == "1" else f" {unit}"
    if len(own) == 1:
        return f"{own[0]:.4g}{word}"
    return f"last {own[-1]:.4g}{word} ({min(own):.4g} to {max(own):.4g})"
