"""The cohort of fatty liver and matched controls: people, measurements and events, read from three tables.

Allen et al., Hepatology 2018; the tables ``subjects``, ``labs`` and ``events`` as the R package survival
has them (nafld1 to nafld3), in conventional US units. Day 0 is that of the diagnosis, or of the match.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.api import TaskRefused
from medapp_classification.records.history import FIB4_LIMIT, YEAR, History, Measured
from medapp_classification.records.mapping import conditions, variables
from medapp_classification.records.tables import find, read

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

_SUBJECTS: Final = ("id", "age", "male", "weight", "height", "bmi", "case.id", "futime", "status")
_COPIES: Final = (("hdl", "chol"), ("sbp", "dbp"))
_ADULT: Final = 18


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """People with what was known at a moment and what came of them.

    Attributes:
        ids: Of the source.
        groups: Those who were matched with each other have one group.
        histories: At the landmark.
        followed: Days from the landmark to the end of follow-up.
        died: Whether follow-up ended with death.
        onsets: By condition, days from the landmark to its first mention, negative where it was there
            before; NaN where it never was.
        remarks: What is wrong with the tables, in sentences.
    """

    ids: tuple[str, ...]
    groups: tuple[str, ...]
    histories: tuple[History, ...]
    followed: NDArray[np.float64]
    died: NDArray[np.bool_]
    onsets: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def is_here(folder: Path) -> bool:
    """Whether a folder holds the three tables."""
    return all(find(folder, name) is not None for name in ("subjects", "labs", "events"))


def read_cohort(folder: Path, landmark_days: float = 0.0) -> Cohort:
    """Read the cohort as it was on a day.

    Args:
        folder: With the tables ``subjects``, ``labs`` and ``events``, or with a folder of them.
        landmark_days: After day 0; nothing that came later is in a history.

    Raises:
        TaskRefused: Where tables or columns are missing, or nobody is left.
    """
    paths = {name: find(folder, name) for name in ("subjects", "labs", "events")}
    missing = [name for name, path in paths.items() if path is None]
    if missing:
        message = f"the folder has no table {' and '.join(missing)} (.csv or .csv.gz)"
        raise TaskRefused(message)
    found = {name: path for name, path in paths.items() if path is not None}
    subjects = read(found["subjects"], _SUBJECTS)
    labs = read(found["labs"], ("id", "days", "value"), ("test",)).drop_duplicates()
    events = read(found["events"], ("id", "days"), ("event",))
    if subjects["id"].duplicated().any():
        message = "subjects names a person twice: one row a person is needed"
        raise TaskRefused(message)
    subjects = subjects[(subjects["futime"] > landmark_days) & (subjects["age"] >= _ADULT)]
    if subjects.empty:
        message = "nobody was followed beyond the landmark"
        raise TaskRefused(message)
    return _Reading(subjects, labs, events, landmark_days).cohort(_copies(labs))


def _copies(labs: pd.DataFrame) -> tuple[str, ...]:
    """Tests whose rows are those of another test: one of the two is not what its name says."""
    found = []
    for first, second in _COPIES:
        one, other = (
            labs[labs["test"] == name][["id", "days", "value"]].sort_values(["id", "days", "value"])
            for name in (first, second)
        )
        if len(one) and len(one) == len(other) and np.array_equal(one.to_numpy(), other.to_numpy()):
            found.append(f"The values of {second} are those of {first}, row for row: {second} is not used.")
    return tuple(found)


class _Reading:
    """The tables while they become histories."""

    def __init__(
        self, subjects: pd.DataFrame, labs: pd.DataFrame, events: pd.DataFrame, landmark: float
    ) -> None:
        self.subjects, self.landmark = subjects, landmark
        limits = {one.key: (one.low, one.high) for one in variables()}
        past = labs[(labs["days"] <= landmark) & np.isfinite(labs["value"])].sort_values(["id", "days"])
        self.past = {
            key: self._by_person(past[past["test"] == key], *limits.get(key, (FIB4_LIMIT, 1e3)))
            for key in ("hdl", "sbp", "fib4")
        }
        first = events.groupby(["event", "id"])["days"].min()
        names = set(events["event"])
        self.first = {one.key: first[one.key].to_dict() for one in conditions() if one.key in names}

    def _by_person(self, rows: pd.DataFrame, low: float, high: float) -> dict[int, Measured]:
        kept = rows[(rows["value"] >= low) & (rows["value"] <= high)]
        if kept.empty:
            return {}
        ids, starts = np.unique(kept["id"].to_numpy(), return_index=True)
        days = np.split(kept["days"].to_numpy(dtype=float) - self.landmark, starts[1:])
        values = np.split(kept["value"].to_numpy(dtype=float), starts[1:])
        return {int(who): Measured(when, what) for who, when, what in zip(ids, days, values, strict=True)}

    def cohort(self, remarks: tuple[str, ...]) -> Cohort:
        people = self.subjects
        matched = people["case.id"].fillna(-people["id"]).astype(int)
        return Cohort(
            tuple(map(str, people["id"].astype(int))),
            tuple(map(str, matched)),
            tuple(self._history(row) for row in people.to_dict("records")),
            people["futime"].to_numpy(dtype=float) - self.landmark,
            people["status"].to_numpy() == 1,
            {
                key: people["id"].map(days).to_numpy(dtype=float) - self.landmark
                for key, days in self.first.items()
            },
            remarks,
        )

    def _history(self, row: dict[str, float]) -> History:
        who = int(row["id"])
        limits = {one.key: (one.low, one.high) for one in variables()}
        body = {
            key: float(row[key])
            for key in ("bmi", "weight", "height")
            if limits[key][0] <= row[key] <= limits[key][1]
        }
        return History(
            float(row["age"]) + self.landmark / YEAR,
            float(row["male"]),
            body,
            {key: people[who] for key, people in self.past.items() if who in people},
            {
                key: days[who] - self.landmark
                for key, days in self.first.items()
                if who in days and days[who] <= self.landmark
            },
        )
