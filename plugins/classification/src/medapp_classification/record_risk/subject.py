"""The patient as one row of a source: how each variable is shown, and the row where one is changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from medapp_classification.record_risk.questions import COHORT, ICU
from medapp_classification.records.history import Feature, History, features, rows, term_rows, terms
from medapp_classification.records.learners.cases import Cases
from medapp_classification.records.learners.steps import steps_of
from medapp_classification.records.mapping import variables
from medapp_classification.records.patient import TITLES
from medapp_classification.records.stay import FIVE, TABLE, columns_of, features_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp_classification.records.patient import Patient, Shown
    from medapp_classification.records.stay_record import Stay


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One patient for one source.

    Attributes:
        source: ``cohort`` or ``icu``.
        history: Of the cohort's kind; None for a stay.
        raw: Of a stay; empty for a history.
        shown: By variable.
        titles: By variable.
        day: That the answers hold from, ISO 8601; empty where it is not known.
    """

    source: str
    history: History | None
    raw: dict[str, float]
    shown: dict[str, Shown]
    titles: dict[str, str]
    day: str = ""

    def cases(self) -> Cases:
        """As one row."""
        return self._cases([self.history]) if self.history is not None else _stays([self.raw])

    def columns(self) -> tuple[Feature, ...]:
        """Of the row, in order."""
        if self.history is not None:
            return (*features(), *terms())
        about = features_of(columns_of([self.raw])).about
        return tuple(Feature(name, variable, "stay") for name, variable in about.items())

    def now(self, key: str) -> float | None:
        """The last value of a variable; None where there is none."""
        if self.history is None:
            return self.raw.get(f"{key}_last")
        measured = self.history.measured.get(key)
        return float(measured.values[-1]) if measured is not None else self.history.body.get(key)

    def changed(self, key: str, values: Sequence[float]) -> Cases:
        """Rows with another last value of one variable, and everything that is made of it."""
        if self.history is None:
            return _stays([_stay_with(self.raw, key, value) for value in values])
        history = self.history
        return self._cases([_history_with(history, key, value) for value in values])

    def _cases(self, histories: Sequence[History]) -> Cases:
        base = rows(histories)
        return Cases(base, term_rows(base), steps_of(histories))


def of_patient(patient: Patient) -> Subject | None:
    """A history; None where the models cannot be asked."""
    if patient.history is None:
        return None
    day = "" if patient.at is None else patient.at.date().isoformat()
    return Subject(COHORT, patient.history, {}, patient.shown, TITLES, day)


def of_stay(stay: Stay) -> Subject | None:
    """A stay; None where the model cannot be asked."""
    if stay.raw is None:
        return None
    titles = {one.key: one.title for one in variables(TABLE)} | {
        "Gender": "Sex",
        "ventilation": "Ventilation",
    }
    titles |= {"unit": "Kind of unit", "CCU": "Coronary unit", "CSRU": "Unit after heart surgery"}
    titles |= {"SICU": "Surgical unit"}
    return Subject(ICU, None, stay.raw, stay.shown, titles)


def _stays(raw: Sequence[dict[str, float]]) -> Cases:
    made = features_of(columns_of(raw))
    values = np.stack(list(made.numbers.values()), axis=1)
    values = np.where(np.isfinite(values), values, np.nan)
    return Cases(values, np.zeros((len(values), 0)))


def _stay_with(raw: dict[str, float], key: str, value: float) -> dict[str, float]:
    found = raw | {f"{key}_last": value}
    if key in FIVE:
        found[f"{key}_lowest"] = min(value, raw.get(f"{key}_lowest", value))
        found[f"{key}_highest"] = max(value, raw.get(f"{key}_highest", value))
    return found


def _history_with(history: History, key: str, value: float) -> History:
    measured = history.measured.get(key)
    if measured is not None:
        values = measured.values.copy()
        values[-1] = value
        return replace(history, measured={**history.measured, key: replace(measured, values=values)})
    body = {**history.body, key: value}
    height = body.get("height")
    if key == "bmi" and height is not None:
        body["weight"] = value * (height / 100) ** 2
    return replace(history, body=body)
