"""Doses that go by how many of age, weight and creatinine hold, as the label of apixaban counts them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.knowledge.therapy.conditions import rules_of
from medapp.knowledge.therapy.organs import kidney
from medapp.knowledge.therapy.saying import by_rule, clear, not_checked
from medapp.knowledge.therapy.stated import Stated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from medapp.domain.medicines import Medicine
    from medapp.domain.recommendation import Check, CheckInput
    from medapp.knowledge.therapy.facts import Facts
    from medapp.knowledge.therapy.own import Own

MEASURE: Final = "criteria"
"""What the column ``measure`` of renal.tsv says of such a row; its ``from`` says how many are enough."""
_OLD: Final = 80.0
_LIGHT: Final = 60.0
_HIGH: Final = 1.5


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the three.

    Attributes:
        holds: None where the value is not known; `said` then says why.
    """

    name: str
    holds: bool | None
    said: str
    inputs: tuple[CheckInput, ...]


def criteria(facts: Facts) -> tuple[Criterion, ...]:
    """From 80 years, up to 60 kg, creatinine from 1.5 mg/dL: which hold, which do not, which are unknown."""
    age, weight = facts.age, facts.measured["weight"]
    organ = kidney(facts)
    creatinine = organ.creatinine
    if organ.is_disputed:
        reason = "creatinine and the eGFR that the laboratory reports contradict each other"
        creatinine = Stated(None, reason, (*creatinine.inputs, *organ.reported.inputs))
    return (
        _one("80 years or older", age, "years", holds=None if age.value is None else age.value >= _OLD),
        _one("60 kg or less", weight, "kg", holds=None if weight.value is None else weight.value <= _LIGHT),
        _one(
            "creatinine 1.5 mg/dL or more",
            creatinine,
            "mg/dL",
            holds=None if creatinine.value is None else creatinine.value >= _HIGH,
        ),
    )


def _one(name: str, stated: Stated[float], unit: str, *, holds: bool | None) -> Criterion:
    said = stated.reason if stated.value is None else f"{stated.value:.3g} {unit}"
    return Criterion(name, holds, said, stated.inputs)


def check_criteria(medicines: Sequence[Medicine], facts: Facts, own: Own) -> Iterator[Check]:
    """Rows that ask for another dose where enough criteria hold; an unknown one never counts as absent."""
    found = criteria(facts)
    inputs = tuple(one for each in found for one in each.inputs)
    entries = tuple(one.entry for one in inputs if one.entry)
    hold = [one for one in found if one.holds]
    unknown = [one for one in found if one.holds is None]
    for medicine, rule in rules_of(medicines, own, "renal"):
        if rule.row["measure"] != MEASURE:
            continue
        if facts.doubt:
            part = f"{MEASURE}:{medicine.drug.name}"
            yield not_checked("renal", [medicine], facts.doubt, rule.row.citation, part=part, inputs=inputs)
            continue
        enough = rule.row.number_of("from") or 1.0
        if len(hold) >= enough:
            text = f"{_listed(found)}. {rule.row['text']}"
            yield by_rule(rule, medicine, "renal", text, inputs=inputs, entries=entries)
        elif len(hold) + len(unknown) >= enough:
            named = medicine.drug.name
            reason = (
                f"{_listed(found)}. With what is not known {named} may need another dose: {rule.row['text']}"
            )
            reason = reason.removesuffix(".") if facts.is_known else unknown[0].said
            citation, part = rule.row.citation, f"{MEASURE}:{named}"
            yield not_checked("renal", [medicine], reason, citation, part=part, inputs=inputs)
        else:
            text = f"{_listed(found)}: fewer than the {enough:.0f} that would ask for another dose."
            part = f"{MEASURE}:{medicine.drug.name}"
            yield clear("renal", [medicine], text, rule.row.citation, part=part, inputs=inputs)


def _listed(found: Sequence[Criterion]) -> str:
    words = {True: "holds", False: "does not hold", None: "not known"}
    listed = "; ".join(f"{one.name} {words[one.holds]} ({one.said})" for one in found)
    count = sum(1 for one in found if one.holds)
    return f"{count} of {len(found)} criteria {'holds' if count == 1 else 'hold'}: {listed}"
