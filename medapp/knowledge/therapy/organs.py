"""What kidney and liver clear, by published formulas from the latest values of a record."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from medapp.domain.recommendation import CheckInput, Citation
from medapp.domain.record.facts import concept_of
from medapp.knowledge.therapy.facts import quantity
from medapp.knowledge.therapy.formulas import (
    CHILD_PUGH,
    CKD_EPI,
    COCKCROFT_GAULT,
    FormulaError,
    child_pugh,
    clearance_cockcroft_gault,
    egfr_ckd_epi,
)
from medapp.knowledge.therapy.stated import Stated

if TYPE_CHECKING:
    from datetime import date

    from medapp.domain.record import Entry, Quantity
    from medapp.knowledge.therapy.facts import Facts
    from medapp.knowledge.therapy.formulas import Grade

REPORTED: Final = Citation("record", "eGFR as the laboratory reports it, by a formula that is not known")
DISPUTED: Final = 1.5
"""Factor by which a reported eGFR and the one from the creatinine may differ; of this program. Published
equations put to one creatinine differ by less (race factors of 1.16 to 1.21 among them)."""
_RATE: Final = re.compile(r"ml/min(?:/?[\[{(]?1[.,]73.*)?")
_UNREDUCED: Final = 90.0
"""mL/min/1.73 m2 from which on equations differ more and no dose is reduced by it (KDIGO G1)."""
EGFR_UNIT: Final = "mL/min/{1.73_m2}"
CLEARANCE_UNIT: Final = "mL/min"
_DIALYSIS: Final = (
    "the record states dialysis or end-stage kidney disease, under which creatinine, eGFR and clearance are "
    "nothing to go by; the table has no doses for dialysis"
)
_MANY: Final[tuple[Grade, Grade, Grade]] = ("none", "mild", "severe")
_STATED: Final[tuple[Grade, Grade]] = ("mild", "severe")


@dataclass(frozen=True)
class Kidney:
    """Of one patient.

    Attributes:
        egfr: By CKD-EPI 2021; as the laboratory reports it where there is no creatinine to compute it from.
        crcl: By Cockcroft-Gault with the latest weight, whatever it is.
        reported: An eGFR of the laboratory that is as recent as the creatinine, and has to agree with `egfr`.
        on_dialysis: Whether the record states dialysis: nothing is computed then.
    """

    egfr: Stated[float]
    crcl: Stated[float]
    creatinine: Stated[float]
    egfr_by: Citation
    reported: Stated[float] = field(default_factory=lambda: Stated(None))
    on_dialysis: bool = False

    def of(self, measure: str) -> tuple[Stated[float], Citation]:
        """What the column ``measure`` of a table asks for."""
        if measure == "egfr":
            return self.egfr, self.egfr_by
        return (self.crcl, COCKCROFT_GAULT) if measure == "crcl" else (self.creatinine, CKD_EPI)

    @property
    def is_disputed(self) -> bool:
        """Whether the reported eGFR differs by more than `DISPUTED` from the one that was computed."""
        if self.egfr.value is None or self.reported.value is None:
            return False
        low, high = sorted((self.egfr.value, self.reported.value))
        return low < _UNREDUCED and high > DISPUTED * low


def kidney(facts: Facts) -> Kidney:
    """Compute both; what is missing, stale or contradicted stops what depends on it."""
    creatinine, reported = facts.measured["creatinine"], facts.measured["reported eGFR"]
    dialysis = facts.conditions.get("dialysis", [])
    inputs = (*creatinine.inputs, *reported.inputs, *(_stated_by(entry) for entry in dialysis[:1]))
    if facts.doubt or dialysis:
        none: Stated[float] = Stated(None, facts.doubt or _DIALYSIS, inputs)
        return Kidney(none, none, none, CKD_EPI, on_dialysis=not facts.doubt)
    if not creatinine.inputs and reported.inputs:
        return Kidney(reported, _clearance(facts), creatinine, REPORTED)
    egfr = _egfr(facts)
    return Kidney(egfr, _clearance(facts), creatinine, CKD_EPI, _beside(reported, creatinine, egfr, facts.on))


def _beside(
    reported: Stated[float], creatinine: Stated[float], egfr: Stated[float], on: date
) -> Stated[float]:
    """A reported eGFR of the day of the creatinine or of a later one; an older one says nothing of it.

    For a comparison more will do than for a dose: mL/min alone, as the code itself says per 1.73 m2; of
    several (by race) and of a bound such as ``>60`` the value that is nearest to the computed one.
    """
    then = creatinine.inputs[-1].when if creatinine.inputs else None
    found = []
    for one in reported.inputs:
        stated, when = one.value, one.when
        if egfr.value is None or stated is None or then is None or when is None:
            continue
        if then.day <= when.day <= on and _RATE.fullmatch((stated.unit or stated.code).casefold()):
            found.append((_nearest(stated, egfr.value), one))
    if not found or egfr.value is None:
        return Stated(None)
    computed = egfr.value
    value, by = min(found, key=lambda pair: abs(pair[0] - computed))
    return Stated(value, "", (by,))


def _nearest(stated: Quantity, computed: float) -> float:
    """What a value, or a bound, says that is nearest to `computed`."""
    if stated.comparator.startswith(">"):
        return max(stated.value, computed)
    return min(stated.value, computed) if stated.comparator.startswith("<") else stated.value


def _stated_by(entry: Entry) -> CheckInput:
    return CheckInput("dialysis", None, entry=entry.id, note=concept_of(entry.content).display)


def _egfr(facts: Facts) -> Stated[float]:
    creatinine = facts.measured["creatinine"]
    missing = _missing(creatinine, facts.age, facts.sex)
    inputs = (*creatinine.inputs, *facts.age.inputs, *facts.sex.inputs)
    if creatinine.value is None or facts.age.value is None or facts.sex.value is None:
        return Stated(None, missing, inputs)
    try:
        value = egfr_ckd_epi(creatinine.value, facts.age.value, facts.sex.value)
    except FormulaError as error:
        return Stated(None, f"{CKD_EPI.title}: {error}", inputs)
    made = CheckInput("eGFR", quantity(value, EGFR_UNIT), note=CKD_EPI.title)
    return Stated(value, "", (made, *inputs))


def _clearance(facts: Facts) -> Stated[float]:
    creatinine, weight = facts.measured["creatinine"], facts.measured["weight"]
    inputs = (*creatinine.inputs, *weight.inputs, *facts.age.inputs, *facts.sex.inputs)
    if creatinine.value is None or weight.value is None or facts.age.value is None or facts.sex.value is None:
        return Stated(None, _missing(creatinine, weight, facts.age, facts.sex), inputs)
    try:
        value = clearance_cockcroft_gault(creatinine.value, facts.age.value, facts.sex.value, weight.value)
    except FormulaError as error:
        return Stated(None, f"{COCKCROFT_GAULT.title}: {error}", inputs)
    made = CheckInput("creatinine clearance", quantity(value, CLEARANCE_UNIT), note=COCKCROFT_GAULT.title)
    return Stated(value, "", (made, *inputs))


def _missing(*found: Stated[float] | Stated[Literal["female", "male"]]) -> str:
    return "; ".join(dict.fromkeys(one.reason for one in found if one.value is None))


def liver(facts: Facts) -> Stated[frozenset[str]]:
    """The Child-Pugh classes that the record leaves open: one where all is known.

    A record tells that there is ascites or encephalopathy but not how much; where it says nothing, there
    may be any. The points are then a range.
    """
    parts = tuple(facts.measured[name] for name in ("bilirubin", "albumin", "INR"))
    inputs = tuple(one for part in parts for one in part.inputs)
    if facts.doubt:
        return Stated(None, facts.doubt, inputs)
    if any(part.value is None for part in parts):
        return Stated(None, _missing(*parts), inputs)
    bilirubin, albumin, inr = (part.value or 0.0 for part in parts)
    classes, points = set(), []
    ascites, encephalopathy = _grades(facts, "ascites"), _grades(facts, "encephalopathy")
    try:
        for one in ascites:
            for other in encephalopathy:
                score = child_pugh(bilirubin, albumin, inr, one, other)
                classes.add(score.letter)
                points.append(score.points)
    except FormulaError as error:
        return Stated(None, f"{CHILD_PUGH.title}: {error}", inputs)
    low, high = min(points), max(points)
    text = f"{low} points" if low == high else f"{low} to {high} points"
    made = CheckInput("Child-Pugh", None, note=f"{text}, class {' to '.join(sorted(classes))}")
    noted = tuple(_noted(facts, name) for name in ("ascites", "encephalopathy"))
    return Stated(frozenset(classes), "", (made, *inputs, *noted))


def _grades(facts: Facts, condition: str) -> tuple[Grade, ...]:
    if condition in facts.conditions:
        return _STATED
    return ("none",) if condition in facts.denied else _MANY


def _noted(facts: Facts, condition: str) -> CheckInput:
    entries: list[Entry] = [*facts.conditions.get(condition, []), *facts.denied.get(condition, [])]
    entry = entries[0].id if entries else ""
    if condition in facts.conditions:
        note = "stated, how much is not: 2 or 3 points"
    else:
        note = "denied: 1 point" if condition in facts.denied else "not stated: 1 to 3 points"
    return CheckInput(condition, None, entry=entry, note=note)
