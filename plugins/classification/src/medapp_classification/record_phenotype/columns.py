"""What a cohort is grouped by: columns of the cohort of fatty liver, or of any table of coded columns.

A table names a column ``age``, ``male``, or by a LOINC code with its unit: ``2160-0 [mg/dL]``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.api import TaskRefused
from medapp_classification.records import cohort as cohorts
from medapp_classification.records.history import YEAR
from medapp_classification.records.mapping import Variable, conditions, variables
from medapp_classification.records.tables import header, listed, read, tables_in

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp_classification.records.history import History

_NAMED: Final = re.compile(r"(?P<code>\d{1,5}-\d)\s*\[(?P<unit>[^\]]+)\]\s*(?P<title>.*)")
_LEAST_COLUMNS: Final = 3
_LEAST_ROWS: Final = 100
_IDENTIFIERS: Final = frozenset({"id", "subject", "patient", "recordid"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        kind: ``person``, ``number``, ``condition``.
        loinc: Of a number, its codes, separated by blanks.
    """

    key: str
    title: str
    unit: str
    kind: str
    loinc: str = ""

    @property
    def variable(self) -> Variable:
        """To read it out of a record."""
        return Variable(self.key, self.title, self.unit, -np.inf, np.inf, tuple(self.loinc.split()))


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """People by columns, NaN where nothing is known.

    Attributes:
        groups: Who is kept together.
        died: Years until death, negative where follow-up ended without it; empty where nothing is known.
        remarks: What is wrong with the data, in sentences.
    """

    columns: tuple[Column, ...]
    values: NDArray[np.float64]
    groups: tuple[str, ...]
    died: NDArray[np.float64]
    remarks: tuple[str, ...] = ()


def cohort_columns() -> tuple[Column, ...]:
    """Those of the cohort of fatty liver."""
    units = {one.key: one for one in variables()}
    numbers = tuple(
        Column(key, units[key].title, units[key].unit, "number", " ".join(units[key].loinc))
        for key in ("bmi", "hdl", "sbp")
    )
    ill = tuple(Column(one.key, one.title, "1", "condition") for one in conditions())
    return (Column("age", "Age", "a", "person"), Column("male", "Male sex", "1", "person"), *numbers, *ill)


def history_row(history: History) -> list[float]:
    """A history by `cohort_columns`."""
    found = [history.age, history.male, history.body.get("bmi", np.nan)]
    for key in ("hdl", "sbp"):
        measured = history.measured.get(key)
        found.append(np.nan if measured is None else float(measured.values[-1]))
    return [*found, *(float(one.key in history.conditions) for one in conditions())]


def read_table(folder: Path) -> Table:
    """The cohort of fatty liver where it is there, else the first table with columns that are named by codes.

    Raises:
        TaskRefused: Where there is neither, with what would make it run.
    """
    if cohorts.is_here(folder):
        people = cohorts.read_cohort(folder)
        values = np.array([history_row(one) for one in people.histories])
        died = np.where(people.died, people.followed, -people.followed) / YEAR
        return Table(cohort_columns(), values, people.groups, died, people.remarks)
    for path in tables_in(folder):
        columns = [one for name in header(path) if (one := _column(name)) is not None]
        if len(columns) >= _LEAST_COLUMNS:
            return _any_table(path, columns)
    message = (
        "the folder has neither the tables subjects, labs and events nor a table with at least "
        f"{_LEAST_COLUMNS} columns named age, male, or by LOINC code and unit such as '2160-0 [mg/dL]'"
    )
    raise TaskRefused(message)


def _column(name: str) -> Column | None:
    if name in {"age", "male"}:
        return Column(name, "Age" if name == "age" else "Male sex", "a" if name == "age" else "1", "person")
    found = _NAMED.fullmatch(name.strip())
    if found is None:
        return None
    known = {code: one for one in variables() for code in one.loinc}
    title = found["title"] or (known[found["code"]].title if found["code"] in known else found["code"])
    return Column(name, title, found["unit"], "number", found["code"])


def _any_table(path: Path, columns: list[Column]) -> Table:
    names = [one.key for one in columns]
    given = header(path)
    person = next((name for name in given if name in _IDENTIFIERS), "")
    frame = read(path, names)
    if len(frame) < _LEAST_ROWS:
        message = f"{path.name} has {len(frame)} rows: at least {_LEAST_ROWS} people are needed"
        raise TaskRefused(message)
    values = frame.to_numpy(dtype=float)
    kinds = [np.unique(column[np.isfinite(column)]).size for column in values.T]
    same = [name for name, count in zip(names, kinds, strict=True) if count <= 1]
    if same:
        message = f"{path.name}: {listed(same)} is the same in everybody: leave it out"
        raise TaskRefused(message)
    groups = (
        tuple(map(str, read(path, (), (person,))[person])) if person else tuple(map(str, range(len(frame))))
    )
    unused = [name for name in given if name not in names and name != person]
    remarks = (f"Columns that are not used: {listed(unused)}.",) if unused else ()
    return Table(tuple(columns), values, groups, np.zeros(0), remarks)
