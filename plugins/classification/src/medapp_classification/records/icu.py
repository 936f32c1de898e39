"""Stays in intensive care with what came of them, read from the table of the PhysioNet Challenge 2012."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.api import TaskRefused
from medapp_classification.records.stay import columns_of, raw_columns
from medapp_classification.records.tables import header, read, tables_in

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LABEL: Final = "In-hospital_death"
_SURVIVAL: Final = "Survival"
_OTHERS: Final = ("recordid", "Length_of_stay")
_SOON: Final = ((30.0, 0.35), (180.0, 0.1))
"""Those who died within so many days without dying in hospital are like those who did, by so much."""


@dataclass(frozen=True, slots=True, eq=False)
class Stays:
    """One row a stay.

    Attributes:
        ids: Of the source; each is a patient of their own.
        raw: Columns of the table, NaN where nothing is stated or what is cannot be.
        died: Whether the patient died in hospital.
        soft: The same from 0 to 1, for learners only, see `_SOON`.
        remarks: What is wrong with the table, in sentences.
    """

    ids: tuple[str, ...]
    raw: dict[str, NDArray[np.float64]]
    died: NDArray[np.bool_]
    soft: NDArray[np.float64]
    remarks: tuple[str, ...] = ()


def table_in(folder: Path) -> Path | None:
    """The table of stays in a folder or in one of those in it; None where there is none."""
    return next((path for path in tables_in(folder) if LABEL in header(path)), None)


def read_stays(folder: Path) -> Stays:
    """Read the stays.

    Raises:
        TaskRefused: Where there is no table, columns are missing, or the outcome is not 0 or 1.
    """
    path = table_in(folder)
    if path is None:
        message = f"the folder has no table with the column {LABEL}"
        raise TaskRefused(message)
    has_survival = _SURVIVAL in header(path)
    more = (_SURVIVAL,) if has_survival else ()
    frame = read(path, ("recordid", *raw_columns(), LABEL, *more))
    if frame["recordid"].duplicated().any():
        message = f"{path.name} names a stay twice: one row a stay is needed"
        raise TaskRefused(message)
    if not frame[LABEL].isin([0, 1]).all():
        message = f"{path.name} has values other than 0 and 1 in {LABEL}"
        raise TaskRefused(message)
    died = frame[LABEL].to_numpy() == 1
    soft = died.astype(float)
    if has_survival:
        days = frame[_SURVIVAL].to_numpy(dtype=float)
        for limit, share in reversed(_SOON):
            soft = np.where(~died & (days >= 0) & (days <= limit), share, soft)
    raw = columns_of(frame[list(raw_columns())].to_dict("records"))
    return Stays(tuple(map(str, frame["recordid"].astype(int))), raw, died, soft, _unused(path))


def _unused(path: Path) -> tuple[str, ...]:
    known = {*raw_columns(), LABEL, _SURVIVAL, *_OTHERS}
    beyond = [name for name in header(path) if name not in known]
    return (f"Columns that are not used: {', '.join(beyond)}.",) if beyond else ()
