"""What checks need to know of a patient: each fact with its entries of the record, or why it is not known."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from medapp.domain.recommendation import CheckInput
from medapp.domain.record import Record
from medapp.domain.record.clinical import CodedValue, Observation, Problem
from medapp.domain.record.coding import ICD10CM, LOINC, SNOMED, Quantity
from medapp.domain.record.summary import DENIED, WITHDRAWN
from medapp.knowledge.therapy.names import key
from medapp.knowledge.therapy.problems import conditions_of, holds
from medapp.knowledge.therapy.stated import MEASURES, Stated, latest, values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from medapp.domain.medicines import Doubt
    from medapp.domain.record import Entry, Period
    from medapp.knowledge.therapy.own import Condition

Sex = Literal["female", "male"]
PREGNANCY_DAYS: Final = 300
"""How old the latest statement of a pregnancy may be."""
FERTILE: Final = (10, 60)
"""Years from which, and below which, pregnancy is asked for."""
NOTHING: Final = "nothing is known of the patient"
_STATUS: Final = "82810-3"
_PREGNANT: Final = frozenset({"77386006", "72892002", "47200007", "16356006", "169826009"})
_NOT: Final = frozenset({"60001007"})
BY_VALUE: Final = {
    "hyperkalaemia": ("potassium", 0.0, 5.5),
    "hypokalaemia": ("potassium", 3.5, 100.0),
    "hypotension": ("systolic blood pressure", 90.0, 1000.0),
    "long_qt": ("QTc", 0.0, 499.999),
}
"""What is measured, and the bounds outside of which it is the condition."""
_YEAR: Final = 365.2425
_SMALL: Final = 2.0
_OLDEST: Final = 125
"""Years; a bound of this program, above the longest life that is proven (122)."""


@dataclass(frozen=True)
class Facts:
    """All that checks go by.

    Attributes:
        record: Empty where nothing is known of the patient.
        age: In years; whole ones from two years on.
        conditions: Entries by the key of the condition that they state; `denied` that they deny.
        has_problems: Whether the record lists any problem at all.
        pregnant: By the record; known to be False for men and outside of the ages that are asked.
        doubt: Why it is not certain whom the record is about; empty where it is. Then no dose is gone by.
    """

    on: date
    record: Record
    sex: Stated[Sex]
    age: Stated[float]
    measured: Mapping[str, Stated[float]]
    conditions: Mapping[str, list[Entry]] = field(default_factory=dict)
    denied: Mapping[str, list[Entry]] = field(default_factory=dict)
    has_problems: bool = False
    pregnant: Stated[bool] = field(default_factory=lambda: Stated(None, NOTHING))
    is_known: bool = True
    doubt: str = ""


def gather(
    record: Record | None, conditions: Mapping[str, Condition], on: date, doubt: Doubt | None = None
) -> Facts:
    """Read all facts once; None is a patient of whom nothing is known."""
    if record is None:
        nothing: Stated[float] = Stated(None, NOTHING)
        return Facts(
            on, Record(), Stated(None, NOTHING), nothing, dict.fromkeys(MEASURES, nothing), is_known=False
        )
    known = record
    found = values(known.entries)
    measured = {name: latest(measure, found, on) for name, measure in MEASURES.items()}
    stated, denied = conditions_of(known.entries, conditions, on)
    for condition, entry in _by_value(known, measured):
        stated.setdefault(condition, []).append(entry)
    sex, age = _sex(known), _age(known, on)
    if doubt is not None:
        sex = Stated(None, doubt.text, sex.inputs) if "sex" in doubt.differs else sex
        age = Stated(None, doubt.text, age.inputs) if "birth date" in doubt.differs else age
    has_problems = any(isinstance(entry.content, Problem) for entry in known.entries)
    pregnant = _pregnant(known, sex, age, on)
    why = doubt.text if doubt is not None else ""
    return Facts(on, known, sex, age, measured, stated, denied, has_problems, pregnant, doubt=why)


def _by_value(record: Record, measured: Mapping[str, Stated[float]]) -> Iterator[tuple[str, Entry]]:
    """Conditions that a latest value shows, whether a problem says so or not."""
    for condition, (name, low, high) in BY_VALUE.items():
        found = measured[name]
        if found.value is not None and not low <= found.value <= high:
            yield from ((condition, entry) for entry in record.entries if entry.id in found.entries)


def _sex(record: Record) -> Stated[Sex]:
    said = dict.fromkeys(one.sex for one in record.persons if one.sex not in {None, "unknown"})
    if len(said) > 1:
        return Stated(None, f"the sources contradict each other on the sex: {' and '.join(map(str, said))}")
    one = next(iter(said), None)
    if one == "female" or one == "male":  # noqa: PLR1714  narrows the type
        return Stated(one, "", (CheckInput("sex", None, note=one),))
    return Stated(None, "the record does not state the sex" if one is None else "the sex is stated as other")


def _age(record: Record, on: date) -> Stated[float]:
    births = dict.fromkeys(one.birth_date for one in record.persons if one.birth_date is not None)
    if not births:
        return Stated(None, "the record does not state the date of birth")
    exact = max(births, key=lambda one: len(one.text))
    if any(not exact.text.startswith(one.text) for one in births):
        texts = " and ".join(one.text for one in births)
        return Stated(None, f"the sources contradict each other on the date of birth: {texts}")
    note = "" if exact.precision not in {"year", "month"} else f"known to the {exact.precision}"
    inputs = (CheckInput("date of birth", None, exact, note=note),)
    born = exact.day
    if born > on:
        return Stated(None, "the date of birth is in the future", inputs)
    days = (on - born).days
    if days / _YEAR < _SMALL:
        return Stated(days / _YEAR, "", inputs)
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if years > _OLDEST:
        return Stated(None, f"an age of {years} years cannot be true; check the date of birth", inputs)
    return Stated(float(years), "", inputs)


def _pregnant(record: Record, sex: Stated[Sex], age: Stated[float], on: date) -> Stated[bool]:
    if sex.value == "male":
        return Stated(value=False, inputs=sex.inputs)
    if age.value is not None and not FERTILE[0] <= age.value < FERTILE[1]:
        return Stated(value=False, inputs=age.inputs)
    said = [found for entry in record.entries for found in [_says(entry, on)] if found is not None]
    if not said:
        return Stated(None, "the record does not say whether the patient is pregnant")
    when, pregnant, inputs = max(said, key=lambda one: one[0])
    if on - when > timedelta(days=PREGNANCY_DAYS):
        return Stated(None, f"what the record says of pregnancy is {(on - when).days} days old", inputs)
    return Stated(pregnant, "", inputs)


def _says(entry: Entry, on: date) -> tuple[date, bool, tuple[CheckInput, ...]] | None:
    """When an entry says that there is a pregnancy or none; None for all other entries."""
    content = entry.content
    if isinstance(content, Observation) and content.concept.code(LOINC) == _STATUS:
        if content.status in WITHDRAWN or not isinstance(content.value, CodedValue):
            return None
        said, period = (
            _of_words(content.value.concept.code(SNOMED), content.value.concept.display),
            content.effective,
        )
    elif isinstance(content, Problem) and content.certainty not in DENIED and holds(content, on):
        said, period = _of_problem(content), content.onset
    else:
        return None
    return None if said is None else _dated(entry, period, on, said=said)


def _dated(
    entry: Entry, period: Period, on: date, *, said: bool
) -> tuple[date, bool, tuple[CheckInput, ...]] | None:
    when = period.start or period.end or entry.recorded
    if when is None or when.day > on:
        return None
    note = "pregnant" if said else "not pregnant"
    return when.day, said, (CheckInput("pregnancy", None, when, entry.id, note),)


def _of_words(code: str, text: str) -> bool | None:
    words = key(text)
    if code in _NOT or words == "no" or words.startswith("not "):
        return False
    return True if code in _PREGNANT or words.startswith("pregnan") else None


def _of_problem(problem: Problem) -> bool | None:
    if problem.concept.code(SNOMED) in _PREGNANT:
        return True
    icd = problem.concept.code(ICD10CM).upper()
    if icd.startswith(("Z33", "Z34", "O09", "O1", "O2", "O3", "O4")):
        return True
    words = key(problem.concept.display)
    return True if words.startswith(("normal pregnancy", "pregnant", "pregnancy")) else None


def quantity(value: float, unit: str) -> Quantity:
    """A number that was computed, for a `CheckInput`."""
    return Quantity(round(value, 1), unit, unit)
