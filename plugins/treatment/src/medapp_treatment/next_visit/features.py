"""Visits as numbers: what was known at each, column by column."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from medapp_treatment.next_visit.visits import History, Item, Visit

Json = dict[str, Any]
MOST_VISITS: Final = 400
"""Visits of a patient that are looked at, the last ones."""
_LEAST_SHARE: Final = 0.05
"""Share of visits that a measurement has to be known at."""
_EDGE: Final = 4.0
"""Standard deviations at which a value is cut."""
LAST, EVER = "last ", "ever "

Facts = dict[str, tuple[float, "Item | None"]]
"""Value and source by column; what is not in it is not known or not there."""


def facts_of(history: History) -> list[Facts]:
    """One row of facts for each of the last visits; nothing of a visit's own medicines is in its row."""
    found: list[Facts] = []
    last: dict[str, Item] = {}
    ever: dict[str, Item] = {}
    for number, visit in enumerate(history.visits):
        facts = _of_visit(visit)
        facts |= {f"{LAST}{name}": (1.0, item) for name, item in last.items()}
        facts |= {f"{EVER}{name}": (1.0, item) for name, item in ever.items()}
        age = history.age(visit.day)
        if age is not None:
            facts["age"] = (age, None)
        if history.sex in {"female", "male"}:
            facts[history.sex] = (1.0, None)
        facts["visits before"] = (float(np.log1p(number)), None)
        if visit.medicines:
            last = dict(visit.medicines)
            ever |= visit.medicines
        found.append(facts)
    return found[-MOST_VISITS:]


def _of_visit(visit: Visit) -> Facts:
    facts: Facts = {f"problem {key}": (1.0, item) for key, item in visit.problems.items()}
    facts |= {f"new {key}": (1.0, visit.problems[key]) for key in visit.new}
    facts |= {f"procedure {key}": (1.0, item) for key, item in visit.procedures.items()}
    facts |= {f"visit {key}": (1.0, item) for key, item in visit.kinds.items()}
    for key, item in visit.results.items():
        if item.value is not None and np.isfinite(item.value):
            facts[f"result {key}"] = (float(item.value), item)
    return facts


def is_number(column: str) -> bool:
    """Whether a column holds a number, and not whether something is there."""
    return column.startswith("result ") or column in {"age", "visits before"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which facts are looked at, and how numbers are scaled; fitted on training patients alone.

    Attributes:
        names: Of the columns.
        middle, spread: Of numbers; 0 and 1 for what is there or not.
        lowest, highest: Age in years of the training patients.
    """

    names: tuple[str, ...]
    middle: NDArray[np.float32]
    spread: NDArray[np.float32]
    lowest: float
    highest: float

    def matrix(self, rows: Sequence[Facts]) -> NDArray[np.float32]:
        """Numbers (rows, columns); an unknown number stands at the mean of the training."""
        place = {name: number for number, name in enumerate(self.names)}
        found = np.zeros((len(rows), len(self.names)), np.float32)
        for row, facts in enumerate(rows):
            for name, (value, _) in facts.items():
                column = place.get(name)
                if column is not None:
                    found[row, column] = (value - self.middle[column]) / self.spread[column]
        return np.clip(found, -_EDGE, _EDGE)

    def to_facts(self) -> Json:
        """For JSON."""
        return {
            "names": list(self.names),
            "middle": [float(one) for one in self.middle],
            "spread": [float(one) for one in self.spread],
            "age": [self.lowest, self.highest],
        }

    @classmethod
    def from_facts(cls, facts: Json) -> Columns:
        """What `to_facts` made."""
        middle, spread = (np.asarray(facts[name], np.float32) for name in ("middle", "spread"))
        if not len(facts["names"]) == len(middle) == len(spread):
            message = "the columns do not fit each other"
            raise ValueError(message)
        return cls(tuple(facts["names"]), middle, spread, *map(float, facts["age"]))


def fit_columns(patients: Iterable[Sequence[Facts]], least: int) -> Columns:
    """Columns that at least so many patients have something in.

    Args:
        patients: Rows of each.
        least: Number of patients; fewer would tell of persons, not of a population.
    """
    seen: Counter[str] = Counter()
    values: dict[str, list[float]] = {}
    rows = 0
    for patient in patients:
        rows += len(patient)
        names: set[str] = set()
        for facts in patient:
            names.update(facts)
            for name, (value, _) in facts.items():
                if is_number(name):
                    values.setdefault(name, []).append(value)
        seen.update(names)
    kept = sorted(name for name, count in seen.items() if count >= least)
    kept = [name for name in kept if not is_number(name) or len(values[name]) >= _LEAST_SHARE * rows]
    middle, spread = np.zeros(len(kept), np.float32), np.ones(len(kept), np.float32)
    for column, name in enumerate(kept):
        if is_number(name):
            middle[column] = np.median(values[name])
            spread[column] = float(np.std(values[name])) or 1.0
    ages = values.get("age", [0.0])
    return Columns(tuple(kept), middle, spread, min(ages), max(ages))
