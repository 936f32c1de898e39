"""Published formulas that doses go by; every input has its unit in its name, nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from medapp.domain.recommendation import Citation

if TYPE_CHECKING:
    from collections.abc import Mapping

Sex = Literal["female", "male"]
Grade = Literal["none", "mild", "severe"]

CKD_EPI: Final = Citation(
    "formula",
    "CKD-EPI creatinine equation 2021, without race",
    "Inker et al., N Engl J Med 2021;385:1737",
    "2021",
    population="adults",
)
COCKCROFT_GAULT: Final = Citation(
    "formula", "Cockcroft-Gault creatinine clearance", "Nephron 1976;16:31", "1976", population="adults"
)
CHILD_PUGH: Final = Citation(
    "formula", "Child-Pugh score", "Pugh et al., Br J Surg 1973;60:646", "1973", population="cirrhosis"
)
EGFR_BOUNDS: Final = (1.0, 200.0)
"""mL/min/1.73 m2. Bounds of this program: CKD-EPI was made on measured rates that end well below 200."""
CLEARANCE_BOUNDS: Final = (1.0, 400.0)
"""mL/min. Bounds of this program: wide enough for the largest patients and for augmented clearance."""
WEIGHT_OF_ADULTS: Final = (20.0, 650.0)
"""kg. Bounds of this program; lighter adults are likelier a mistake of unit or person."""
_ADULT: Final = 18
_YOUNGEST: Final = f"it holds for adults from {_ADULT} years"


class FormulaError(ValueError):
    """A formula does not hold for what was put in; the message says why."""


def egfr_ckd_epi(creatinine_mg_dl: float, age_years: float, sex: Sex) -> float:
    """Estimated glomerular filtration rate in mL/min/1.73 m2.

    Raises:
        FormulaError: Where it does not hold: children, a creatinine that is not positive, a result that
            cannot be true.
    """
    _adult(age_years)
    _positive(creatinine_mg_dl, "creatinine")
    kappa, alpha = (0.7, -0.241) if sex == "female" else (0.9, -0.302)
    ratio = creatinine_mg_dl / kappa
    value: float = 142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938**age_years
    return _plausible(value * 1.012 if sex == "female" else value, EGFR_BOUNDS, "mL/min/1.73 m2")


def clearance_cockcroft_gault(creatinine_mg_dl: float, age_years: float, sex: Sex, weight_kg: float) -> float:
    """Estimated creatinine clearance in mL/min, by the weight that is given.

    Raises:
        FormulaError: Where it does not hold.
    """
    _adult(age_years)
    _positive(creatinine_mg_dl, "creatinine")
    _positive(weight_kg, "weight")
    if not WEIGHT_OF_ADULTS[0] <= weight_kg <= WEIGHT_OF_ADULTS[1]:
        message = f"a weight of {weight_kg:g} kg cannot be true of an adult; check its unit"
        raise FormulaError(message)
    value = (140 - age_years) * weight_kg / (72 * creatinine_mg_dl)
    if value <= 0:
        message = "it does not hold from 140 years on"
        raise FormulaError(message)
    return _plausible(value * 0.85 if sex == "female" else value, CLEARANCE_BOUNDS, "mL/min")


@dataclass(frozen=True, slots=True)
class ChildPugh:
    """5 to 15 points; class A up to 6, B up to 9, C from 10."""

    points: int
    parts: Mapping[str, int]

    @property
    def letter(self) -> Literal["A", "B", "C"]:
        """The class."""
        return "A" if self.points <= 6 else "B" if self.points <= 9 else "C"  # noqa: PLR2004


def child_pugh(
    bilirubin_mg_dl: float, albumin_g_dl: float, inr: float, ascites: Grade, encephalopathy: Grade
) -> ChildPugh:
    """Child-Pugh score.

    Args:
        bilirubin_mg_dl: Total, in serum.
        albumin_g_dl: In serum.
        inr: Of the prothrombin time.
        ascites: ``mild``: slight or held by medicines; ``severe``: moderate or more.
        encephalopathy: ``mild``: grades 1 and 2; ``severe``: grades 3 and 4.

    Raises:
        FormulaError: Where a value is not positive.
    """
    for value, name in ((bilirubin_mg_dl, "bilirubin"), (albumin_g_dl, "albumin"), (inr, "INR")):
        _positive(value, name)
    grades: Mapping[Grade, int] = {"none": 1, "mild": 2, "severe": 3}
    parts = {
        "bilirubin": _steps(bilirubin_mg_dl, 2.0, 3.0),
        "albumin": 4 - _steps(albumin_g_dl, 2.8, 3.5),
        "INR": _steps(inr, 1.7, 2.3),
        "ascites": grades[ascites],
        "encephalopathy": grades[encephalopathy],
    }
    return ChildPugh(sum(parts.values()), parts)


def _steps(value: float, low: float, high: float) -> int:
    """1 below the first bound, 2 up to the second, 3 above it."""
    return 1 if value < low else 2 if value <= high else 3


def body_surface_mosteller(height_cm: float, weight_kg: float) -> float:
    """Body surface area in m2 (Mosteller, N Engl J Med 1987;317:1098).

    Raises:
        FormulaError: Where a value is not positive.
    """
    _positive(height_cm, "height")
    _positive(weight_kg, "weight")
    return float((height_cm * weight_kg / 3600) ** 0.5)


def body_mass_index(height_cm: float, weight_kg: float) -> float:
    """kg/m2.

    Raises:
        FormulaError: Where a value is not positive.
    """
    _positive(height_cm, "height")
    _positive(weight_kg, "weight")
    return weight_kg / (height_cm / 100) ** 2


def _adult(age_years: float) -> None:
    if not age_years >= _ADULT:
        raise FormulaError(_YOUNGEST)


def _plausible(value: float, bounds: tuple[float, float], unit: str) -> float:
    if not bounds[0] <= value <= bounds[1]:
        message = f"its result {value:.3g} {unit} cannot be true; check the units of what it is computed from"
        raise FormulaError(message)
    return value


def _positive(value: float, name: str) -> None:
    if not value > 0:
        message = f"the {name} is not a positive number"
        raise FormulaError(message)
