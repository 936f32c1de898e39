"""What each question is learned from: rows, columns, outcomes, and who must be kept together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medapp.api import TaskRefused
from medapp.engine.tabular.evaluating import folds as folds_of
from medapp_classification.record_risk.questions import COHORT, HORIZON_DAYS, ICU
from medapp_classification.records import cohort as cohorts
from medapp_classification.records import icu
from medapp_classification.records.history import Feature, features, rows, term_rows, terms
from medapp_classification.records.leaks import refuse_leaks, refuse_one_kind
from medapp_classification.records.learners.cases import Cases, Target
from medapp_classification.records.learners.steps import steps_of
from medapp_classification.records.stay import features_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp_classification.record_risk.questions import Question
    from medapp_classification.records.cohort import Cohort
    from medapp_classification.records.icu import Stays

FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One set of people, for one or more questions.

    Attributes:
        columns: Of `cases.values`, then of `cases.terms`.
        groups: Rows of one group are kept together.
        part: Of each row, the number of its fold.
        digests: Of each row, by which it is known again.
        strata: Values of each row, for the table of subgroups.
    """

    cases: Cases
    columns: tuple[Feature, ...]
    groups: tuple[str, ...]
    part: NDArray[np.int64]
    digests: NDArray[np.int64]
    strata: dict[str, tuple[str, ...]]
    remarks: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Columns of `cases.values`."""
        return int(self.cases.values.shape[1])


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """One question: the rows of its source that it is asked of, and what came of them.

    Attributes:
        cases, groups, part: Of these rows.
    """

    question: Question
    source: Source
    rows: NDArray[np.intp]
    target: Target
    cases: Cases
    groups: list[str]
    part: NDArray[np.int64]

    @classmethod
    def of(cls, question: Question, source: Source, rows: NDArray[np.intp], target: Target) -> Lesson:
        """Take the rows of a source."""
        groups = [source.groups[row] for row in rows]
        return cls(question, source, rows, target, source.cases[rows], groups, source.part[rows])


def check(lesson: Lesson) -> None:
    """Refuse what cannot be learned from.

    Raises:
        TaskRefused: Where there is one class only, or a column tells the outcome.
    """
    came, known = lesson.target.by_horizon()
    groups = np.array(lesson.groups)[known]
    refuse_one_kind(came[known], groups.tolist(), lesson.question.title, lesson.question.units)
    width = lesson.source.width
    names = [one.name for one in lesson.source.columns[:width]]
    refuse_leaks(lesson.cases.values[known], names, [came[known]], lesson.question.title)
    if lesson.target.is_survival:
        # A column may tell who ever has it, or for how long they were followed: either is the outcome too.
        refuse_leaks(
            lesson.cases.values, names, [lesson.target.labels], lesson.question.title, lesson.target.times
        )


def cohort_source(people: Cohort, seed: int) -> Source:
    """The people of a cohort as rows."""
    values = rows(people.histories)
    part = _parts(people.died.astype(int), people.groups, seed)
    ages = [one.age for one in people.histories]
    strata = {
        "age": tuple(_decade(age) for age in ages),
        "sex": tuple("male" if one.male else "female" for one in people.histories),
        "fatty liver": tuple("yes" if "nafld" in one.conditions else "no" for one in people.histories),
    }
    cases = Cases(values, term_rows(values), steps_of(people.histories))
    digests = _digests(people.ids, values, people.followed)
    return Source(cases, (*features(), *terms()), people.groups, part, digests, strata, people.remarks)


def cohort_lesson(question: Question, people: Cohort, source: Source) -> Lesson:
    """One question of a cohort: those who have the condition already are not asked.

    Raises:
        TaskRefused: Where nobody ever had it.
    """
    times, events = people.followed.copy(), people.died.copy()
    asked = times > 0
    if question.event:
        onset = people.onsets.get(question.event)
        if onset is None:
            message = (
                f"{question.title}: nobody has {question.event} in the table of events: "
                "name the other questions (question=...), or add those who have it"
            )
            raise TaskRefused(message)
        asked &= ~(onset <= 0)
        events = (onset > 0) & (onset <= times)
        times = np.where(events, onset, times)
    kept = np.flatnonzero(asked)
    return Lesson.of(question, source, kept, Target(events[kept], times[kept], HORIZON_DAYS))


def stay_source(stays: Stays, seed: int) -> Source:
    """Stays in intensive care as rows."""
    made = features_of(stays.raw)
    values = np.stack(list(made.numbers.values()), axis=1)
    values = np.where(np.isfinite(values), values, np.nan)
    columns = tuple(Feature(name, made.about[name], "stay") for name in made.numbers)
    part = _parts(stays.died.astype(int), stays.ids, seed)
    ages, male = stays.raw["Age"], stays.raw["Gender"]
    strata = {
        "age": tuple(_decade(age) for age in ages),
        "sex": tuple("not stated" if np.isnan(one) else "male" if one else "female" for one in male),
        "unit": tuple(_unit(stays, row) for row in range(len(stays.ids))),
    }
    cases = Cases(values, np.zeros((len(values), 0)))
    digests = _digests(stays.ids, values, stays.died.astype(float))
    return Source(cases, columns, stays.ids, part, digests, strata, stays.remarks)


def stay_lesson(question: Question, stays: Stays, source: Source) -> Lesson:
    """The question of a stay."""
    return Lesson.of(question, source, np.arange(len(stays.ids)), Target(stays.died, soft=stays.soft))


def lessons_in(folder: Path, questions: Sequence[Question], seed: int) -> list[Lesson]:
    """What the questions are learned from, in a folder of tables.

    Raises:
        TaskRefused: Where tables are missing or cannot be used, with what would make it run.
    """
    found: list[Lesson] = []
    about_cohort = [one for one in questions if one.source == COHORT]
    if about_cohort:
        people = cohorts.read_cohort(folder)
        source = cohort_source(people, seed)
        found += [cohort_lesson(one, people, source) for one in about_cohort]
    about_stays = [one for one in questions if one.source != COHORT]
    if about_stays:
        stays = icu.read_stays(folder)
        of_stays = stay_source(stays, seed)
        found += [stay_lesson(one, stays, of_stays) for one in about_stays]
    for one in found:
        check(one)
    return found


def there(folder: Path, questions: Sequence[Question]) -> list[Question]:
    """Those whose tables are in a folder; all of them where none is, so that what is missing is said."""
    has = {COHORT: cohorts.is_here(folder), ICU: icu.table_in(folder) is not None}
    return [one for one in questions if has[one.source]] or list(questions)


def _parts(labels: NDArray[np.int64], groups: Sequence[str], seed: int) -> NDArray[np.int64]:
    part = np.zeros(len(labels), dtype=np.int64)
    if len(set(groups)) < FOLDS:
        message = f"there are fewer than {FOLDS} patients or matched groups: too few to hold some back"
        raise TaskRefused(message)
    for number, (_, test) in enumerate(folds_of(labels, groups, count=FOLDS, seed=seed)):
        part[test] = number
    return part


def _digests(
    ids: Sequence[str], values: NDArray[np.float64], outcome: NDArray[np.float64]
) -> NDArray[np.int64]:
    """A row is known again by what it is, not only by its number: another table may use the number too."""
    text = [
        hashlib.sha256(name.encode() + row.tobytes() + end.tobytes()).digest()[:8]
        for name, row, end in zip(ids, np.nan_to_num(values, nan=-1e9).round(6), outcome, strict=True)
    ]
    return np.array([int.from_bytes(one, "big", signed=True) for one in text], dtype=np.int64)


def _decade(age: float) -> str:
    if not np.isfinite(age):
        return "not known"
    for low, high in ((18, 40), (40, 60), (60, 75)):
        if low <= age < high:
            return f"{low} to {high - 1}"
    return "75 and more"


def _unit(stays: Stays, row: int) -> str:
    names = {"CCU": "coronary", "CSRU": "heart surgery", "SICU": "surgical"}
    return next((word for key, word in names.items() if stays.raw[key][row] == 1), "medical")
