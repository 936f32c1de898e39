"""Why the models cannot be asked about a record, each reason with what would help, all of them at once.

What a record has by name only is looked for here, so that a reason is true: it is never used as a value or
as a disease, for a name alone does not say what was measured, nor that somebody has it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.domain.record import Observation, Other, Problem
from medapp.domain.record.summary import DENIED
from medapp.knowledge.features.gathering import moment_of
from medapp.knowledge.quality.facts import facts_of, moments
from medapp_classification.records.mapping import by_loinc, variables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from medapp.domain.record import Entry, Record
    from medapp_classification.records.reading import Numbers

STALE_YEARS: Final = 5.0
NEEDED: Final = ("hdl", "sbp", "weight", "bmi")
_DAY: Final = 86400.0
_EVENT: Final = "Event"
_SHOWN: Final = 3
_NAMES: Final = {
    "hdl": ("hdl", "hdlc", "hdl c", "hdl cholesterol"),
    "sbp": ("sbp", "systolic", "systolic bp", "systolic blood pressure"),
    "weight": ("weight", "body weight", "weight kg", "bodyweight"),
    "bmi": ("bmi", "body mass index"),
}
"""How tables call what is measured, in small letters, with blanks for other signs."""
_ILL: Final = {
    "diabetes": r"diabet",
    "htn": r"\bhtn\b|hypertension|hypertensive|high blood pressure",
    "heart failure": r"heart failure|\bchf\b|cardiac failure",
    "MI": r"\bmi\b|myocardial infarct|heart attack",
    "stroke": r"\bstroke\b|\bcva\b|cerebrovascular accident|cerebral infarct",
    "afib": r"\bafib\b|atrial fibrillation",
    "ang/isc": r"\bangina\b|isch(a)?emic heart|ang/isc",
    "cardiac arrest": r"cardiac arrest",
    "dyslipidemia": r"dyslipid|hyperlipid|hypercholesterol",
    "nafld": r"\bnafld\b|fatty liver",
}
_OF_OTHERS: Final = re.compile(r"famil|\bno\b|without|denie|risk of|screen|\bpre-?diabet", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """An entry that names a condition without a code that says it.

    Attributes:
        key: Of the condition.
        text: As the source has it.
        day: As the source states it; empty where it does not.
        kind: What sort of entry it is.
    """

    key: str
    text: str
    day: str
    kind: str


def undated(record: Record) -> str:
    """Why nothing can be asked of a record of which no entry is dated to the day."""
    if next(timed(record), None) is not None:
        return "no entry of the record has a date: state a day with as_of"
    return (
        "no entry of the record has a date: the models need the day of each value, and times counted from "
        "an event (day -459) do not give it; a day stated with as_of does not date them. Such tables are "
        "data to train on: nothing can be asked about their people"
    )


def timed(record: Record) -> Iterator[Entry]:
    """Entries that state a date, however exact."""
    return (
        entry
        for entry in record.entries
        if any(when is not None for when in (*moments(entry), entry.recorded))
    )


def of_problems(record: Record, at: datetime, *, no_problems: bool) -> list[str]:
    """What keeps it unknown what a patient has already."""
    named = list(named_conditions(record, at))
    if named:
        listed = "; ".join(dict.fromkeys(f"{one.text!r} ({one.kind}{one.day})" for one in named[:_SHOWN]))
        more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
        message = (
            f"the record names diseases without a code that says them: {listed}{more}. The models would take "
            "them for not there, so it is not known what the patient has already: import them as problems "
            "with ICD-10-CM, ICD-9-CM or SNOMED CT codes (of a table: a row is a problem, and a column holds "
            "the code)"
        )
        return [message]
    if no_problems or any(isinstance(one.content, Problem) for one in record.entries):
        return []
    message = (
        "the record holds no problems, so it is not known what the patient has already: add them"
        f"{_events(record)}, or state that there are none (no_problems)"
    )
    return [message]


def _events(record: Record) -> str:
    count = events(record)
    one = count == 1
    return (
        f" ({count} event{'' if one else 's'} of a table {'is' if one else 'are'} no problems)"
        if count
        else ""
    )


def events(record: Record) -> int:
    """How many entries of tables are there of which nobody has said what they are."""
    return sum(_is_event(one) for one in record.entries)


def _is_event(entry: Entry) -> bool:
    return isinstance(entry.content, Other) and entry.content.kind == _EVENT


def named_conditions(record: Record, at: datetime) -> Iterator[Named]:
    """Entries up to a moment that name a condition by words alone; entries without a date count too."""
    for entry in record.entries:
        content = entry.content
        is_problem = isinstance(content, Problem) and content.certainty not in DENIED
        if not isinstance(content, Problem | Other) or not (is_problem or _is_event(entry)):
            continue
        concept, start = content.concept, next((one for one in moments(entry) if one is not None), None)
        moment = moment_of(start) if start is not None else None
        if (moment is not None and moment > at) or any(code.system for code in concept.codes):
            continue
        text = concept.display
        if _OF_OTHERS.search(text):
            continue
        key = next((key for key, words in _ILL.items() if re.search(words, text, re.IGNORECASE)), "")
        if key:
            day = "" if start is None else f", {start.text[:10]}"
            yield Named(key, text, day, "problem" if is_problem else "event")


def of_numbers(record: Record, numbers: Numbers, at: datetime) -> list[str]:
    """What is missing of the measurements of which one at least is needed."""
    used = [one.moment for key in NEEDED for one in numbers.found.get(key, ())]
    if not used:
        return [_none(record, numbers)]
    years = (at - max(used)).total_seconds() / _DAY / 365.25
    if years <= STALE_YEARS:
        return []
    message = (
        f"the last measurement that is used is {years:.0f} years older than {at.date().isoformat()}: "
        f"one of the last {STALE_YEARS:.0f} years is needed"
    )
    return [message]


def _none(record: Record, numbers: Numbers) -> str:
    known = {one.key: one for one in variables()}
    codes = ", ".join(known[key].loinc[0] for key in NEEDED)
    said = (
        "none of HDL cholesterol, systolic blood pressure, weight and body mass index can be used: at least "
        f"one is needed by its LOINC code (such as {codes}), with date and unit"
    )
    titles = {known[key].title for key in NEEDED}
    why = [f"{title} is there, {reason}" for title, reason in sorted(numbers.refused) if title in titles]
    by_name = named_measurements(record)
    if by_name:
        names = ", ".join(repr(one) for one in by_name)
        why.append(
            f"{names} {'is' if len(by_name) == 1 else 'are'} there by name, without that code: a name alone "
            "does not say what was measured. Of a table add a column with the LOINC code (role code, system "
            "http://loinc.org) and import it again"
        )
    return f"{said}. {'; '.join(why)}" if why else said


def named_measurements(record: Record) -> tuple[str, ...]:
    """Names by which a record has one of the measurements that are needed, without its code."""
    known, names = by_loinc(), {name for every in _NAMES.values() for name in every}
    found: dict[str, None] = {}
    for entry in record.entries:
        if not isinstance(entry.content, Observation):
            continue
        for fact in facts_of(entry):
            plain = re.sub(r"[^a-z]+", " ", fact.title.casefold()).strip()
            if fact.value is not None and fact.code not in known and plain in names:
                found[fact.title] = None
    return tuple(found)
