"""Risks that several medicines and the patient add up to: QT (Tisdale) and bleeding (HAS-BLED).

What is not known is never counted as absent: each sum is a range from what is known to what is possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.domain.recommendation import Check, CheckInput, Citation
from medapp.knowledge.therapy.conditions import rules_of
from medapp.knowledge.therapy.saying import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from medapp.domain.medicines import Medicine
    from medapp.domain.recommendation import Severity
    from medapp.domain.record.coding import Quantity
    from medapp.knowledge.therapy.facts import Facts
    from medapp.knowledge.therapy.own import Own, Rule

TISDALE: Final = Citation(
    "formula",
    "Tisdale score for QT prolongation",
    "Tisdale et al., Circ Cardiovasc Qual Outcomes 2013;6:479",
    "2013",
    population="adults on a cardiac ward",
)
HAS_BLED: Final = Citation(
    "formula",
    "HAS-BLED score",
    "Pisters et al., Chest 2010;138:1093",
    "2010",
    population="atrial fibrillation under an anticoagulant",
)
_LOOP: Final = frozenset({"furosemide", "bumetanide", "torasemide", "ethacrynic acid"})
_QT_MODERATE: Final = 7
_QT_HIGH: Final = 11
_QTC_LONG: Final = 500
"""ms; NHS Specialist Pharmacy Service, identifying risk factors for developing a long QT interval."""
_BLEEDING_HIGH: Final = 3
_ADULT: Final = 18


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a sum.

    Attributes:
        holds: None where it is not known.
    """

    name: str
    points: int
    holds: bool | None
    inputs: tuple[CheckInput, ...] = ()
    why: str = ""

    @property
    def input(self) -> CheckInput:
        """The item as an input of the check, with its points."""
        said = {
            True: f"yes, {_points(self.points)}",
            False: "no, 0 points",
            None: f"unknown, 0 to {_points(self.points)}",
        }[self.holds]
        reason = f"; {self.why}" if self.why else ""
        first = self.inputs[0] if self.inputs else None
        value: Quantity | None = first.value if first else None
        when, entry = (first.when, first.entry) if first else (None, "")
        return CheckInput(self.name, value, when, entry, f"{said}{reason}")


def _points(count: int) -> str:
    return f"{count} point{'' if count == 1 else 's'}"


def total(items: Iterable[Item]) -> tuple[int, int]:
    """The least and the most that the items can add up to."""
    found = tuple(items)
    low = sum(one.points for one in found if one.holds)
    return low, low + sum(one.points for one in found if one.holds is None)


def check_qt(medicines: Sequence[Medicine], facts: Facts, own: Own) -> Iterator[Check]:
    """Where a medicine is in the table of QT: which, and the Tisdale score with them."""
    pairs = rules_of(medicines, own, "qt")
    if not pairs:
        return
    concerned = list(dict.fromkeys(medicine for medicine, _ in pairs))
    child = _too_young(facts, "Tisdale score")
    items = [] if child else list(tisdale(pairs, medicines, facts))
    low, high = total(items)
    grade = "high" if low >= _QT_HIGH else "moderate" if low >= _QT_MODERATE else "low"
    score = child or f"Tisdale score {_range(low, high)} of 21, {grade} at least."
    counted = ", ".join(f"{medicine.drug.name} ({rule.row['risk']})" for medicine, rule in pairs)
    text = f"{counted} can lengthen QT. {score}"
    qtc = facts.measured["QTc"].value
    if qtc is not None and qtc >= _QTC_LONG:
        text += f" QTc is {qtc:.0f} ms: from {_QTC_LONG} ms torsades are likelier, whatever the score."
    strong = [medicine for medicine, rule in pairs if rule.row["risk"] == "known"]
    severity: Severity = "minor" if strong else "info"
    if len(strong) > 1 or low >= _QT_MODERATE or (qtc is not None and qtc >= _QTC_LONG):
        severity = "critical" if low >= _QT_HIGH else "significant"
    yield _sum("qt", concerned, severity, text, TISDALE, items, _sources(pairs))


def tisdale(
    pairs: Sequence[tuple[Medicine, Rule]], medicines: Sequence[Medicine], facts: Facts
) -> Iterator[Item]:
    """Items of the score; medicines of known and possible risk count as QT-prolonging."""
    count = len({id(medicine) for medicine, rule in pairs if rule.row["risk"] != "conditional"})
    age, sex = facts.age.value, facts.sex.value
    yield Item("age from 68 years", 1, None if age is None else age >= 68, facts.age.inputs, facts.age.reason)  # noqa: PLR2004
    yield Item("female", 1, None if sex is None else sex == "female", facts.sex.inputs, facts.sex.reason)
    loop = [one for one in medicines if _LOOP & set(one.drug.ingredients)]
    yield Item("loop diuretic", 1, bool(loop), why=", ".join(names(loop)))
    potassium, qtc = facts.measured["potassium"], facts.measured["QTc"]
    low = None if potassium.value is None else potassium.value <= 3.5  # noqa: PLR2004
    yield Item("potassium up to 3.5 mmol/L", 2, low, potassium.inputs, potassium.reason)
    long = None if qtc.value is None else qtc.value >= 450  # noqa: PLR2004
    yield Item("QTc from 450 ms", 2, long, qtc.inputs, qtc.reason)
    yield _problem("acute myocardial infarction", 2, ("acute_mi",), facts)
    yield Item("a medicine that lengthens QT", 3, count >= 1)
    yield Item("two of them or more", 3, count > 1)
    yield _problem("sepsis", 3, ("sepsis",), facts)
    yield _problem("heart failure", 3, ("heart_failure",), facts)


def check_bleeding(medicines: Sequence[Medicine], facts: Facts, own: Own) -> Iterator[Check]:
    """Medicines that add up to bleeding; under an anticoagulant HAS-BLED as well."""
    pairs = rules_of(medicines, own, "bleeding")
    if not pairs:
        return
    kinds = {rule.row["kind"] for _, rule in pairs}
    concerned = list(dict.fromkeys(medicine for medicine, _ in pairs))
    counted = ", ".join(f"{medicine.drug.name} ({rule.row['kind']})" for medicine, rule in pairs)
    severity: Severity = "significant" if len(concerned) > 1 else "info"
    thinners = list(
        dict.fromkeys(medicine for medicine, rule in pairs if rule.row["kind"] == "anticoagulant")
    )
    if len(thinners) > 1:
        severity = "critical"
        counted = f"{len(thinners)} anticoagulants together; {counted}"
    if "anticoagulant" not in kinds:
        text = f"{counted} can make bleeding more likely. HAS-BLED holds under an anticoagulant only."
        yield _sum("bleeding", concerned, severity, text, HAS_BLED, [], _sources(pairs))
        return
    child = _too_young(facts, "HAS-BLED score")
    if child:
        yield _sum("bleeding", concerned, severity, f"{counted}. {child}", HAS_BLED, [], _sources(pairs))
        return
    items = list(has_bled(pairs, facts))
    low, high = total(items)
    text = f"{counted}. HAS-BLED {_range(low, high)} of 9"
    text += ", high from 3 on." if low >= _BLEEDING_HIGH else "; from 3 on the risk is high."
    if "atrial_fibrillation" not in facts.conditions:
        text += " The record states no atrial fibrillation, for which the score was made."
    if low >= _BLEEDING_HIGH and severity == "info":
        severity = "significant"
    yield _sum("bleeding", concerned, severity, text, HAS_BLED, items, _sources(pairs))


def has_bled(pairs: Sequence[tuple[Medicine, Rule]], facts: Facts) -> Iterator[Item]:
    """Items of the score, one point each."""
    pressure, creatinine = facts.measured["systolic blood pressure"], facts.measured["creatinine"]
    high = None if pressure.value is None else pressure.value > 160  # noqa: PLR2004
    yield Item("systolic blood pressure above 160 mmHg", 1, high, pressure.inputs, pressure.reason)
    yield _kidney(facts, creatinine.value)
    yield _problem("cirrhosis or liver failure", 1, ("cirrhosis", "liver_failure"), facts)
    yield _problem("stroke", 1, ("stroke",), facts)
    bled = ("gi_bleeding", "intracranial_bleeding", "bleeding_disorder")
    yield _problem("bleeding or a disorder of it", 1, bled, facts)
    vitamin_k = any(rule.row["text"].startswith("Vitamin K") for _, rule in pairs)
    why = "how much of the time it is in range is not computed" if vitamin_k else "no vitamin K antagonist"
    yield Item("INR that is not stable", 1, None if vitamin_k else False, facts.measured["INR"].inputs, why)
    age = facts.age
    yield Item("above 65 years", 1, None if age.value is None else age.value > 65, age.inputs, age.reason)  # noqa: PLR2004
    drugs = [medicine for medicine, rule in pairs if rule.row["kind"] in {"antiplatelet", "nsaid"}]
    yield Item("antiplatelet or NSAID", 1, bool(drugs), why=", ".join(names(drugs)))
    yield _problem("harmful use of alcohol", 1, ("alcohol",), facts)


def _kidney(facts: Facts, creatinine: float | None) -> Item:
    name = "dialysis, kidney transplant or creatinine above 2.26 mg/dL"
    stated = _problem(name, 1, ("dialysis", "kidney_transplant"), facts)
    if stated.holds or creatinine is None:
        return stated
    inputs = facts.measured["creatinine"].inputs
    if creatinine > 2.26:  # noqa: PLR2004
        return Item(name, 1, holds=True, inputs=inputs)
    return Item(
        name, 1, None if stated.holds is None else False, inputs, "dialysis and transplant not stated"
    )


def _problem(name: str, points: int, conditions: Sequence[str], facts: Facts) -> Item:
    """A condition: stated, denied, or not known where the record does not list it."""
    entries = [entry for one in conditions for entry in facts.conditions.get(one, [])]
    if entries:
        return Item(name, points, holds=True, inputs=(CheckInput(name, None, entry=entries[0].id),))
    if all(one in facts.denied for one in conditions):
        return Item(name, points, holds=False, why="denied")
    return Item(name, points, None, why="not listed in the record")


def _too_young(facts: Facts, score: str) -> str:
    """Why a score of adults is not computed; empty where it is, as where the age is not known."""
    age = facts.age.value
    if age is None or age >= _ADULT:
        return ""
    return f"Not checked: the {score} was made for adults and is not computed at {age:.3g} years."


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _sources(pairs: Sequence[tuple[Medicine, Rule]]) -> tuple[CheckInput, ...]:
    return tuple(
        CheckInput(
            medicine.drug.name,
            None,
            entry=medicine.drug.entry,
            note=f"{rule.row['text']} {rule.row['source']} ({rule.row.place})",
        )
        for medicine, rule in pairs
    )


def _sum(
    kind: str,
    concerned: Sequence[Medicine],
    severity: Severity,
    text: str,
    citation: Citation,
    items: Sequence[Item],
    sources: Sequence[CheckInput],
) -> Check:
    inputs = (*[one.input for one in items], *sources)
    return Check(
        f"{kind}:sum",
        "qt" if kind == "qt" else "bleeding",
        "found",
        severity,
        names(concerned),
        text,
        citation,
        inputs=inputs,
        entries=tuple(dict.fromkeys(one.entry for one in inputs if one.entry)),
    )
