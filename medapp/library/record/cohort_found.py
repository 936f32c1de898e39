"""Who has what one condition asks for, by what, and of whom that cannot be said."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import and_, case, false, or_, select, true

from medapp.api.codec import load
from medapp.domain.cohort import DEATH, GOING_ON, Evidence
from medapp.domain.record import Allergy, Entry, Problem
from medapp.domain.record.facts import period_of
from medapp.library import schema as images
from medapp.library.record import matching, schema
from medapp.library.record.cohort_meant import Meant
from medapp.library.record.cohort_parts import Part, parts
from medapp.library.record.cohort_time import Frame, day_of, is_vague, moment_of
from medapp.library.record.searching import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from medapp.domain.cohort import Condition

_KINDS: Final = {
    "problem": ("Problem",),
    "medicine": ("Medication",),
    "procedure": ("Procedure", "Immunization"),
    "measurement": ("Observation",),
    "allergy": ("Allergy", "Problem"),
    "any": ("Problem", "Medication", "Procedure", "Immunization", "Allergy"),
}
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
_ALLERGIC: Final = ("allerg", "hypersensitivity", "intolerance")
_CATEGORIES: Final = {
    "food": "food", "drug": "medication", "medication": "medication", "medicine": "medication",
    "environmental": "environment", "environment": "environment", "biologic": "biologic",
}  # fmt: skip
_NOT_SO: Final = ("entered-in-error", "cancelled", "not-done", "not-taken")
_DENIED: Final = ("refuted", "entered-in-error")
_LASTING: Final = ("Problem", "Medication", "Allergy")
_GOING_ON: Final = ("active", "recurrence", "relapse")
_DENIABLE: Final = ("Problem", "Allergy")

_Row: TypeAlias = "Row[Any] | Part"
Convert = Callable[[float, str, str, str], float | None]
"""Value, its unit, the wanted unit, and the codes of what was measured as `` system|code `` words; None where
the value cannot be brought to the unit."""


@dataclass
class Found:
    """What came of one condition, by key of a person or of a patient of the images.

    Attributes:
        seen: The latest of what fits, with how many there are.
        doubt: What is not known of whom it may hold for: ``date of “…”``, ``value of “…” in mg/dL``.
    """

    condition: Condition
    seen: dict[str, Evidence] = field(default_factory=dict)
    doubt: dict[str, str] = field(default_factory=dict)

    def judge(self, keys: tuple[str, ...]) -> bool | None:
        """Whether the condition holds for somebody; None where that cannot be said."""
        has = any(key in self.seen for key in keys)
        if not has and self.unsure(keys):
            return None
        return has != self.condition.absent

    def unsure(self, keys: tuple[str, ...]) -> str:
        """What is not known of somebody; empty where nothing that matters."""
        return next((self.doubt[key] for key in keys if key in self.doubt), "")

    def latest(self, keys: tuple[str, ...]) -> Evidence | None:
        """The latest of what somebody has, with how many there are."""
        mine = [self.seen[key] for key in keys if key in self.seen]
        if not mine:
            return None
        return replace(max(mine, key=lambda one: one.date), count=sum(one.count for one in mine))


class Finder:
    """Looks conditions up in one connection.

    Attributes:
        units: In which units values lay that were compared without one, by condition.
        titles: What was compared where words name no substance of the laboratory's, by condition.
    """

    def __init__(
        self, connection: Connection, convert: Convert, today: date, died: Mapping[str, str]
    ) -> None:
        """Look up nothing yet.

        Args:
            connection: What is asked.
            convert: Brings a value from one unit to another.
            today: From when times reach back.
            died: When, by key of a person, see `Somebody.died`: what went on ended then.
        """
        self._connection, self._convert, self._today, self._died = connection, convert, today, died
        self.units: dict[str, Counter[str]] = {}
        self.titles: dict[str, Counter[str]] = {}
        self._named: dict[str, str] = {}

    def find(self, condition: Condition) -> Found:
        """Look one condition up."""
        frame = Frame(condition.when, self._today) if condition.when else None
        found = Found(condition)
        if condition.kind == "imaging":
            self._images(condition, frame, found)
        else:
            self._entries(condition, frame, found)
        return found

    # ---- records --------------------------------------------------------------------------------------
    def _entries(self, condition: Condition, frame: Frame | None, found: Found) -> None:
        words = " ".join(condition.words)
        date, value = f"date of “{words}”", f"value of “{words}” in {condition.unit}"
        last: dict[str, _Row] = {}
        counts: Counter[str] = Counter()
        compared: set[str] = set()
        foreign: set[str] = set()
        for row in self._rows(condition):
            if row.payload is not None and _is_denied(load(bytes(row.payload), Entry)):
                continue
            inside = self._inside(row, frame)
            if inside is False:
                continue
            holds = self._holds(condition, row)
            if holds is not None:
                compared.add(row.person)
            elif row.unit:
                # Where another value can be compared, this one is of something else with a like name.
                foreign.add(row.person)
            else:
                found.doubt.setdefault(row.person, value)
            if holds and inside:
                last[row.person] = max(last.get(row.person, row), row, key=_start)
                counts[row.person] += 1
            elif holds:
                found.doubt.setdefault(row.person, date)
        for person in foreign - compared:
            found.doubt.setdefault(person, value)
        for person, row in last.items():
            found.seen[person] = self._evidence(condition, row, counts[person])

    def _rows(self, condition: Condition) -> Iterator[_Row]:
        meant = Meant(condition)
        statement = _entries_of(condition, meant)
        if condition.kind != "measurement":
            yield from self._connection.execute(statement)
            return
        for row in self._connection.execute(statement):
            if meant.holds(row.display, row.codes):
                yield self._told(condition, meant, row)
        if condition.comparator is not None:
            for part in parts(self._connection, condition, _NOT_SO, meant.holds):
                yield self._told(condition, meant, part)

    def _told(self, condition: Condition, meant: Meant, row: _Row) -> _Row:
        if not meant.codes:
            # Titles that differ in capital letters or marks alone are of one thing.
            named = self._named.setdefault(words_of(row.display), row.display)
            self.titles.setdefault(condition.text, Counter())[named] += 1
        return row

    def _inside(self, row: _Row, frame: Frame | None) -> bool | None:
        if frame is None:
            return True
        died = self._died.get(row.person, "") if _goes_on(row) else ""
        if not died:
            stated = partial(self._stated, row)
            return frame.holds(row.start, row.stop, stated, going_on=_goes_on(row))
        moment = moment_of(died)
        inside = frame.holds(
            row.start, moment, lambda: (*self._stated(row), died) if moment is not None else ()
        )
        return None if inside is False and moment is None else inside

    def _holds(self, condition: Condition, row: _Row) -> bool | None:
        """Whether a value is within the bound; None where it cannot be brought to the unit."""
        if condition.comparator is None or condition.value is None:
            return True
        value: float | None = row.value
        if condition.unit and row.unit != condition.unit:
            value = self._convert(row.value, row.unit, condition.unit, row.codes)
        elif not condition.unit:
            self.units.setdefault(condition.text, Counter())[row.unit] += 1
        return None if value is None else _COMPARE[condition.comparator](value, condition.value)

    def _evidence(self, condition: Condition, row: _Row, count: int) -> Evidence:
        day, until = self._day(row), _until(row)
        if until == GOING_ON and row.person in self._died:
            until = DEATH
        return Evidence(condition.text, row.display, day, row.value, row.unit, count, until)

    def _entry(self, row: _Row) -> Entry:
        column = schema.entries.c
        payload = self._connection.execute(select(column.payload).where(column.id == row.id)).scalar_one()
        return load(bytes(payload), Entry)

    def _stated(self, row: _Row) -> tuple[str, ...]:
        return _stated(self._entry(row))

    def _day(self, row: _Row) -> str:
        """When it was or began; no more exact than its source says."""
        if row.start is None or not is_vague(row.start):
            return day_of(row.start)
        return next(iter(self._stated(row)), "")

    # ---- images ---------------------------------------------------------------------------------------
    def _images(self, condition: Condition, frame: Frame | None, found: Found) -> None:
        by_study: dict[tuple[str, str], Evidence] = {}
        for row in self._connection.execute(_series_of(condition)):
            text = words_of(f"{row.study_words} {row.series_words}")
            if not all(words_of(word) in text for word in condition.words):
                continue
            day = matching.iso_date(row.date)
            # A DICOM date is a whole day or none: there is nothing vague to look up.
            inside = True if frame is None else frame.holds(moment_of(day), None, tuple)
            if inside is None:
                found.doubt.setdefault(row.patient_key, f"date of “{' '.join(condition.words)}”")
            elif inside:
                title = f"{row.modality} {row.series_description or row.description}".strip()
                seen = Evidence(condition.text, title, day, study=row.key)
                by_study[row.patient_key, row.key] = seen
        for (patient, _), seen in by_study.items():
            count = found.seen[patient].count + 1 if patient in found.seen else 1
            found.seen[patient] = replace(seen, count=count)


def _entries_of(condition: Condition, meant: Meant) -> Select[Any]:
    """Entries with the words of a condition, or its code."""
    column = schema.entries.c
    return (
        select(
            schema.subjects.c.person,
            column.id,
            column.kind,
            column.status,
            column.display,
            column.start,
            column.stop,
            column.value,
            column.unit,
            column.codes,
            case((column.kind.in_(_DENIABLE), column.payload), else_=None).label("payload"),
        )
        .join(schema.subjects, schema.subjects.c.key == column.subject)
        .where(
            column.kind.in_(_KINDS[condition.kind]),
            column.status.not_in(_NOT_SO),
            column.value.is_not(None) if condition.comparator else true(),
            _is_allergy() if condition.kind == "allergy" else true(),
            or_(
                _words(column.search, condition.words),
                _code(column.codes, condition.words),
                *[_words(column.search, words) for words in meant.also],
                *[_code(column.codes, (code,)) for code in meant.codes],
                _of_category(condition.words) if condition.kind == "allergy" else false(),
            ),
        )
    )


def _is_allergy() -> ColumnElement[bool]:
    """An allergy, or a problem that is one by its words; none that says that there is none."""
    column = schema.entries.c
    named = or_(*[_words(column.search, (word,)) for word in _ALLERGIC])
    return or_(column.kind == "Allergy", and_(named, column.search.not_like(" no %")))


def _of_category(words: tuple[str, ...]) -> ColumnElement[bool]:
    found = _CATEGORIES.get(words[0].casefold()) if len(words) == 1 else None
    return schema.entries.c.category == found if found else false()


def _series_of(condition: Condition) -> Select[Any]:
    """Series in whose words, or those of their study, all letters of a condition stand, in order of time."""
    study, series = images.studies.c, images.series.c
    text = study.search + " " + series.search
    letters = [letter for word in condition.words for letter in words_of(word).split()]
    return (
        select(
            study.patient_key,
            study.key,
            study.date,
            study.description,
            study.search.label("study_words"),
            series.modality,
            series.description.label("series_description"),
            series.search.label("series_words"),
        )
        .join(images.series, series.study_key == study.key)
        .where(*[text.contains(letter, autoescape=True) for letter in letters])
        .order_by(study.date)
    )


def _words(column: ColumnElement[str], words: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(true(), *[column.contains(words_of(word), autoescape=True) for word in words])


def _code(column: ColumnElement[str], words: tuple[str, ...]) -> ColumnElement[bool]:
    if len(words) != 1:
        return false()
    return column.contains(f"|{words[0]} ", autoescape=True)


def _is_denied(entry: Entry) -> bool:
    """Whether it says that there is no such problem or allergy, or that it was written down by mistake."""
    content = entry.content
    negated = isinstance(content, Allergy) and content.negated
    return negated or (isinstance(content, Problem | Allergy) and content.certainty in _DENIED)


def _start(row: _Row) -> float:
    return float("-inf") if row.start is None else row.start


def _goes_on(row: _Row) -> bool:
    return row.kind in _LASTING and row.stop is None and row.status in _GOING_ON


def _until(row: _Row) -> str:
    if row.kind not in _LASTING:
        return ""
    return GOING_ON if _goes_on(row) else day_of(row.stop)


def _stated(entry: Entry) -> tuple[str, ...]:
    """The dates of an entry as its source writes them."""
    period = period_of(entry.content)
    return tuple(when.text for when in (period.start or entry.recorded, period.end) if when)
