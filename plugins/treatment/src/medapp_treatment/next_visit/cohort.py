"""Patients of a data set, as the learners take them."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.api import TaskRefused
from medapp_treatment.next_visit.features import LAST, MOST_VISITS, Facts, facts_of
from medapp_treatment.next_visit.visits import History, history_of
from medapp_treatment.records.folder import format_of, records_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp_treatment.next_visit.features import Columns

_LEAST_PATIENTS: Final = 10


@dataclass(frozen=True, slots=True)
class Patient:
    """One patient.

    Attributes:
        digest: Tells whether this is a patient of the training; says nothing of who it is.
        rows: Facts of each visit.
        medicines: Prescribed at each visit.
    """

    digest: str
    rows: list[Facts]
    medicines: list[frozenset[str]]
    sex: str = ""

    @property
    def asked(self) -> list[int]:
        """Visits at which something was prescribed: those that are learned from and measured."""
        return [place for place, names in enumerate(self.medicines) if names]


@dataclass(frozen=True, slots=True)
class Cohort:
    """All patients of a data set at whom a medicine was prescribed at least once."""

    format: str
    patients: tuple[Patient, ...]
    left_out: int

    @property
    def visits(self) -> int:
        """Visits that are asked about."""
        return sum(len(one.asked) for one in self.patients)


def cohort_of(folder: Path, check: Callable[[], None]) -> Cohort:
    """Read a data set.

    Args:
        folder: In one of the formats of `medapp_treatment.records.folder`.
        check: Raises where the user has cancelled.

    Raises:
        TaskRefused: Where it cannot be learned from, with the reason.
    """
    name = format_of(folder)
    patients, left_out = [], 0
    for record in records_of(folder):
        check()
        one = patient_of(history_of(record))
        if one.asked:
            patients.append(one)
        else:
            left_out += 1
    if len(patients) < _LEAST_PATIENTS:
        message = (
            f"{len(patients)} patients have a medicine at a visit; at least {_LEAST_PATIENTS} are needed"
        )
        raise TaskRefused(message)
    patients.sort(key=lambda one: one.digest)  # the order of files says nothing
    return Cohort(name, tuple(patients), left_out)


def patient_of(history: History) -> Patient:
    """One history as the learners take it."""
    first = history.visits[0].day.isoformat() if history.visits else ""
    said = f"{history.subject}|{history.born}|{history.sex}|{first}"
    digest = hashlib.blake2b(said.encode(), digest_size=12).hexdigest()
    medicines = [frozenset(one.medicines) for one in history.visits][-MOST_VISITS:]
    return Patient(digest, facts_of(history), medicines, history.sex)


@dataclass(frozen=True, eq=False)
class Cases:
    """Visits as numbers.

    Attributes:
        rows: (visits, columns) of all visits, patient by patient and in order.
        starts: Where each patient begins, and where the last one ends.
        asked: Rows at which something was prescribed.
        truth, last: (visits, medicines): what was prescribed, and at the last visit with any.
        owner: Number of the patient of each row.
    """

    rows: NDArray[np.float32]
    starts: NDArray[np.intp]
    asked: NDArray[np.intp]
    truth: NDArray[np.bool_]
    last: NDArray[np.bool_]
    owner: NDArray[np.intp]


def medicines_of(patients: Iterable[Patient], least: int = 1) -> tuple[str, ...]:
    """Names of medicines that at least so many patients had, in order of the alphabet."""
    seen: Counter[str] = Counter()
    for one in patients:
        seen.update(frozenset().union(*one.medicines) if one.medicines else ())
    return tuple(sorted(name for name, count in seen.items() if count >= least))


def cases_of(
    patients: Sequence[Patient], columns: Columns, medicines: Sequence[str], *, now: bool = False
) -> Cases:
    """Numbers of patients, by columns and medicines that were chosen before.

    Args:
        patients: Whose.
        columns: Fitted on patients of the training.
        medicines: Those that are ranked.
        now: Ask about the last visit of each, whatever was prescribed at it, and about no other.
    """
    place = {name: number for number, name in enumerate(medicines)}
    count = sum(len(one.rows) for one in patients)
    truth, last = (np.zeros((count, len(place)), bool) for _ in range(2))
    starts, asked, owner = [0], [], np.zeros(count, np.intp)
    for number, one in enumerate(patients):
        begin = starts[-1]
        asked += [begin + row for row in ([len(one.rows) - 1] if now else one.asked)]
        for row, (names, facts) in enumerate(zip(one.medicines, one.rows, strict=True)):
            truth[begin + row, [place[name] for name in names if name in place]] = True
            last[begin + row, [at for name, at in place.items() if f"{LAST}{name}" in facts]] = True
        starts.append(begin + len(one.rows))
        owner[begin : starts[-1]] = number
    rows = columns.matrix([row for one in patients for row in one.rows])
    return Cases(rows, np.asarray(starts, np.intp), np.asarray(asked, np.intp), truth, last, owner)
