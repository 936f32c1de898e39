"""Two days in intensive care as numbers: what a table states of them, and the features made of that.

Statistics of 48 hours as the PhysioNet Challenge 2012 table has them. Points are those of published scores:
SAPS II (Le Gall et al., JAMA 1993), SOFA (Vincent et al., 1996), OASIS (Johnson et al., 2013).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp_classification.records.mapping import variables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

TABLE: Final = "icu.tsv"
FIVE: Final = (
    "DiasABP", "GCS", "Glucose", "HR", "MAP", "NIDiasABP", "NIMAP", "NISysABP", "RespRate", "SaO2", "Temp",
)  # fmt: skip
"""Variables of which the table has the first, last, lowest, highest and median value."""
FIVE_STATISTICS: Final = ("first", "last", "lowest", "highest", "median")
TWO: Final = tuple(one.key for one in variables(TABLE) if one.key not in {*FIVE, "Height"})
"""Those of which it has the first and the last."""
UNITS: Final = ("CCU", "CSRU", "SICU")
VENTILATION: Final = ("MechVentStartTime", "MechVentDuration", "MechVentLast8Hour")
WINDOW_HOURS: Final = 48.0


def raw_columns() -> tuple[str, ...]:
    """Columns that a table needs."""
    five = [f"{key}_{part}" for key in FIVE for part in FIVE_STATISTICS]
    two = [f"{key}_{part}" for key in TWO for part in ("first", "last")]
    return ("Age", "Gender", "Height", "Weight", *UNITS, *five, *two, *VENTILATION)


@dataclass(slots=True)
class Made:
    """Features while they are made: numbers by name, and the variable that each is of."""

    numbers: dict[str, Numbers] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, about: str, values: Numbers) -> None:
        """Take one in."""
        self.numbers[name], self.about[name] = np.asarray(values, dtype=float), about


def columns_of(rows: Sequence[Mapping[str, float]]) -> dict[str, Numbers]:
    """Raw columns of stays; NaN where one is not stated, or cannot be."""
    limits = {one.key: (one.low, one.high) for one in variables(TABLE)}
    found = {}
    for name in raw_columns():
        values = np.array([row.get(name, np.nan) for row in rows], dtype=float)
        low, high = limits.get(name.partition("_")[0], (-np.inf, np.inf))
        found[name] = np.where((values >= low) & (values <= high), values, np.nan)
    return found


def features_of(x: Mapping[str, Numbers]) -> Made:
    """All features of raw columns; none of them is fitted."""
    made = Made()
    for name in raw_columns():
        if name not in VENTILATION:
            made.add(name, name.partition("_")[0], x[name])
    _pressures(x, made)
    _changes(x, made)
    _ratios(x, made)
    _deviations(x, made)
    _saps(x, made)
    _sofa(x, made)
    _together(x, made)
    return made


def _pressures(x: Mapping[str, Numbers], made: Made) -> None:
    for part in FIVE_STATISTICS:
        systolic = x[f"NISysABP_{part}"]
        if f"SysABP_{part}" in x:
            systolic = _else(x[f"SysABP_{part}"], systolic)
        mean = _else(x[f"MAP_{part}"], x[f"NIMAP_{part}"])
        diastolic = _else(x[f"DiasABP_{part}"], x[f"NIDiasABP_{part}"])
        made.add(f"systolic {part}", "NISysABP", systolic)
        made.add(f"mean pressure {part}", "NIMAP", mean)
        made.add(f"diastolic {part}", "NIDiasABP", diastolic)
        made.add(f"shock index {part}", "HR", x[f"HR_{part}"] / systolic)
    made.add("lowest mean pressure", "NIMAP", np.fmin(x["MAP_lowest"], x["NIMAP_lowest"]))
    vented = np.isfinite(x["MechVentDuration"]).astype(float)
    made.add("ventilated", "ventilation", vented)
    for name in VENTILATION:
        made.add(name, "ventilation", x[name])
    made.add("ventilation end", "ventilation", x["MechVentStartTime"] + x["MechVentDuration"])


def _changes(x: Mapping[str, Numbers], made: Made) -> None:
    for key in ("GCS", "Glucose", "HR", "MAP", "NIMAP", "NISysABP", "RespRate", "SaO2", "Temp"):
        made.add(f"{key} range", key, x[f"{key}_highest"] - x[f"{key}_lowest"])
        made.add(f"{key} change", key, x[f"{key}_last"] - x[f"{key}_first"])
    for key in TWO:
        first, last = x[f"{key}_first"], x[f"{key}_last"]
        if key in {"Cholesterol", "SysABP", "TroponinI", "TroponinT", "Weight"}:
            continue
        made.add(f"{key} change", key, last - first)
        made.add(f"{key} higher", key, np.fmax(first, last))
        made.add(f"{key} lower", key, np.fmin(first, last))
    for key in (
        "Creatinine",
        "BUN",
        "Lactate",
        "Bilirubin",
        "ALT",
        "AST",
        "ALP",
        "WBC",
        "Platelets",
        "Glucose",
    ):
        for part in ("first", "last"):
            made.add(f"log {key} {part}", key, np.log1p(np.maximum(x[f"{key}_{part}"], 0)))


def _ratios(x: Mapping[str, Numbers], made: Made) -> None:
    for part in ("first", "last"):
        made.add(f"PaO2 to FiO2 {part}", "PaO2", x[f"PaO2_{part}"] / x[f"FiO2_{part}"])
        made.add(f"BUN to creatinine {part}", "BUN", x[f"BUN_{part}"] / x[f"Creatinine_{part}"])
    made.add("Na less HCO3", "HCO3", x["Na_last"] - x["HCO3_last"])
    made.add("BMI", "Weight", x["Weight"] / (x["Height"] / 100) ** 2)
    made.add("BUN to albumin", "BUN", np.log1p(x["BUN_last"]) / x["Albumin_last"])
    made.add("lactate to HCO3", "Lactate", x["Lactate_last"] / x["HCO3_last"])
    made.add("heart rate to temperature", "HR", x["HR_median"] / x["Temp_median"])
    made.add("mean pressure to age", "NIMAP", made.numbers["mean pressure median"] / x["Age"])
    pulse = made.numbers["systolic median"] - made.numbers["diastolic median"]
    made.add("pulse pressure", "NISysABP", pulse)


_USUAL: Final = {
    "Na_last": (135, 147), "K_last": (3.5, 5), "HCO3_last": (23, 29), "WBC_last": (4, 12),
    "Temp_last": (36.5, 37.5), "HCT_last": (33, 45), "Glucose_median": (90, 140), "HR_median": (60, 85),
    "pH_last": (7.38, 7.44), "PaCO2_last": (38, 44), "mean pressure median": (75, 100),
    "RespRate_median": (12, 18),
}  # fmt: skip


def _deviations(x: Mapping[str, Numbers], made: Made) -> None:
    for name, (low, high) in _USUAL.items():
        values = made.numbers[name]
        made.add(f"{name} below", made.about[name], np.maximum(low - values, 0))
        made.add(f"{name} above", made.about[name], np.maximum(values - high, 0))
    made.add("age above 65", "Age", np.maximum(x["Age"] - 65, 0))


def _saps(x: Mapping[str, Numbers], made: Made) -> None:
    vented = made.numbers["ventilated"]
    ratio = np.fmin(made.numbers["PaO2 to FiO2 first"], made.numbers["PaO2 to FiO2 last"])
    pulse = np.maximum(
        _points(x["HR_lowest"], (40, 70), (11, 2, 0)), _points(x["HR_highest"], (120, 160), (0, 4, 7))
    )
    pressure = np.maximum(
        _points(np.fmin(x["NISysABP_lowest"], x["SysABP_last"]), (70, 100), (13, 5, 0)),
        _points(x["NISysABP_highest"], (200,), (0, 2)),
    )
    white = np.maximum(
        _points(made.numbers["WBC lower"], (1,), (12, 0)), _points(made.numbers["WBC higher"], (20,), (0, 3))
    )
    potassium = np.maximum(
        _points(made.numbers["K lower"], (3,), (3, 0)), _points(made.numbers["K higher"], (5,), (0, 3))
    )
    sodium = np.maximum(
        _points(made.numbers["Na lower"], (125,), (5, 0)), _points(made.numbers["Na higher"], (145,), (0, 1))
    )
    parts = {
        "Age": _points(x["Age"], (40, 60, 70, 75, 80), (0, 7, 12, 15, 16, 18)),
        "HR": pulse,
        "NISysABP": pressure,
        "Temp": _points(x["Temp_highest"], (39,), (0, 3)),
        "BUN": _points(made.numbers["BUN higher"], (28, 84), (0, 6, 10)),
        "WBC": white,
        "K": potassium,
        "Na": sodium,
        "HCO3": _points(made.numbers["HCO3 lower"], (15, 20), (6, 3, 0)),
        "Bilirubin": _points(made.numbers["Bilirubin higher"], (4, 6), (0, 4, 9)),
        "PaO2": np.where(vented > 0, _points(ratio, (100, 200), (11, 9, 6)), 0.0),
    }
    for about, values in parts.items():
        made.add(f"SAPS II of {about}", about, values)
    physiology = np.sum(list(parts.values()), axis=0)
    for part in ("lowest", "last"):
        coma = _points(x[f"GCS_{part}"], (6, 9, 11, 14), (26, 13, 7, 5, 0))
        made.add(f"SAPS II of GCS {part}", "GCS", coma)
        made.add(f"SAPS II with GCS {part}", "SAPS II points", physiology + coma)
    made.add("OASIS of GCS", "GCS", _points(x["GCS_lowest"], (8, 14, 15), (10, 4, 3, 0)))
    made.add("OASIS of age", "Age", _points(x["Age"], (24, 54, 78, 90), (0, 3, 6, 9, 7)))


def _sofa(x: Mapping[str, Numbers], made: Made) -> None:
    kidney, liver = ((1.2, 2, 3.5, 5), (0, 1, 2, 3, 4)), ((1.2, 2, 6, 12), (0, 1, 2, 3, 4))
    platelets, coma = ((20, 50, 100, 150), (4, 3, 2, 1, 0)), ((6, 10, 13, 15), (4, 3, 2, 1, 0))
    made.add("SOFA of platelets", "Platelets", _points(made.numbers["Platelets lower"], *platelets))
    made.add("SOFA of creatinine", "Creatinine", _points(made.numbers["Creatinine higher"], *kidney))
    made.add("SOFA of bilirubin", "Bilirubin", _points(made.numbers["Bilirubin higher"], *liver))
    total = (
        _points(x["GCS_last"], *coma)
        + _points(x["Creatinine_last"], *kidney)
        + _points(x["Platelets_last"], *platelets)
        + _points(x["Bilirubin_last"], *liver)
        + made.numbers["SAPS II of PaO2"] / 3
    )
    made.add("SOFA at the end", "SOFA points", total)


def _together(x: Mapping[str, Numbers], made: Made) -> None:
    vented, coma = made.numbers["ventilated"], 15 - x["GCS_last"]
    made.add("age with GCS", "GCS", x["Age"] * coma)
    made.add("age with BUN", "BUN", x["Age"] * np.log1p(x["BUN_last"]))
    made.add("age with SAPS II", "SAPS II points", x["Age"] * made.numbers["SAPS II with GCS lowest"])
    made.add("GCS highest with last", "GCS", (15 - x["GCS_highest"]) * coma)
    made.add("GCS with BUN", "GCS", coma * np.log1p(x["BUN_last"]))
    made.add("GCS with ventilation", "GCS", x["GCS_last"] * vented)
    made.add("shock index with ventilation", "HR", made.numbers["shock index last"] * (1 + vented))
    made.add("heart surgery with ventilation", "ventilation", x["CSRU"] * vented)
    made.add("unit", "unit", x["CCU"] + 2 * x["CSRU"] + 3 * x["SICU"])
    gaps = np.sum([~np.isfinite(x[name]) for name in raw_columns()], axis=0)
    made.add("not measured", "not measured", gaps.astype(float))


def _else(first: Numbers, second: Numbers) -> Numbers:
    return np.where(np.isfinite(first), first, second)


def _points(values: Numbers, edges: Sequence[float], points: Sequence[float]) -> Numbers:
    """Points of a score; 0 where nothing was measured, as scores have it."""
    found = np.asarray(points, float)[
        np.searchsorted(np.asarray(edges, float), values, side="right").clip(0, len(points) - 1)
    ]
    return np.where(np.isfinite(values), found, 0.0)
