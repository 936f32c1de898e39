"""Doses that kidney or liver ask to be changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from medapp.knowledge.therapy.conditions import rules_of, within
from medapp.knowledge.therapy.facts import NOTHING
from medapp.knowledge.therapy.formulas import CHILD_PUGH, CKD_EPI
from medapp.knowledge.therapy.organs import DISPUTED, kidney, liver
from medapp.knowledge.therapy.saying import by_rule, clear, not_checked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from medapp.domain.medicines import Medicine
    from medapp.domain.recommendation import Check
    from medapp.knowledge.therapy.facts import Facts
    from medapp.knowledge.therapy.organs import Kidney
    from medapp.knowledge.therapy.own import Own, Rule

_NAMES: Final = {
    "egfr": ("eGFR", "mL/min/1.73 m2"),
    "crcl": ("Creatinine clearance", "mL/min"),
    "creatinine": ("Creatinine", "mg/dL"),
}

_SHOWN: Final = 3
"""Rows that a contradiction names."""


def check_renal(medicines: Sequence[Medicine], facts: Facts, own: Own) -> Iterator[Check]:
    """Rows of the table by what each goes by: eGFR, clearance or creatinine."""
    pairs = rules_of(medicines, own, "renal")
    if not pairs:
        return
    organ = kidney(facts)
    for measure in _NAMES:
        here = [(medicine, rule) for medicine, rule in pairs if rule.row["measure"] == measure]
        if here and organ.on_dialysis:
            yield from _on_dialysis(measure, here, organ)
        elif here:
            yield from _by(measure, here, organ)


def _on_dialysis(measure: str, pairs: list[tuple[Medicine, Rule]], organ: Kidney) -> Iterator[Check]:
    """No figure is gone by; what is forbidden at the lowest function is forbidden here as well."""
    stated, formula = organ.of(measure)
    grave = [
        (medicine, rule)
        for medicine, rule in pairs
        if rule.row["severity"] == "critical" and not rule.row.number_of("from") and rule.row["below"]
    ]
    for medicine, rule in grave:
        text = f"The record states dialysis or end-stage kidney disease. {rule.row['text']}"
        yield by_rule(rule, medicine, "renal", text, inputs=stated.inputs[-1:], entries=stated.entries[-1:])
    told = {medicine for medicine, _ in grave}
    open_ = [medicine for medicine in dict.fromkeys(one for one, _ in pairs) if medicine not in told]
    if open_:
        low = [
            f"{medicine.drug.name}: {rule.row['text']}"
            for medicine, rule in pairs
            if medicine in open_ and not rule.row.number_of("from") and rule.row["below"]
        ]
        reason = stated.reason
        if low:  # what is wrong at the lowest function is not forgotten; its doses are none for dialysis
            reason += f". The table says of the lowest function without dialysis: {' '.join(low)}".rstrip(
                ". "
            )
        yield not_checked("renal", open_, reason, formula, part=measure, inputs=stated.inputs)


def _disputed(
    measure: str, pairs: list[tuple[Medicine, Rule]], organ: Kidney
) -> tuple[list[Medicine], list[tuple[Medicine, Rule]]]:
    """Medicines of which eGFR as computed and as reported say different things, and the rows concerned."""
    one, other = organ.egfr.value, organ.reported.value
    if one is None or other is None:
        return [], []
    split = [
        (medicine, rule)
        for medicine, rule in pairs
        if measure == "egfr" and within(rule, one) != within(rule, other)
    ]
    return list(dict.fromkeys(medicine for medicine, _ in (pairs if organ.is_disputed else split))), split


def _dispute(
    medicines: list[Medicine], split: list[tuple[Medicine, Rule]], measure: str, organ: Kidney
) -> Check:
    """Why two values of eGFR stop the check, and what one of them would ask for."""
    said = [
        f"{_shown(value)} {how} {when.text[:10]}" if when is not None else f"{_shown(value)} {how}"
        for value, how, when in (
            (organ.egfr.value, "computed from the creatinine of", organ.creatinine.inputs[-1].when),
            (organ.reported.value, "reported on", organ.reported.inputs[-1].when),
        )
        if value is not None
    ]
    how_far = f"by more than a factor of {DISPUTED:g}" if organ.is_disputed else "at a limit of the table"
    reason = f"eGFR is {' and '.join(said)}: they contradict each other {how_far}"
    asked = [f"{one.drug.name}: {rule.row['text']} {rule.row['advice']}" for one, rule in split[:_SHOWN]]
    if asked:
        reason += f". What one of them asks for: {' '.join(asked)}".rstrip(". ")
    inputs = (*organ.egfr.inputs, *organ.reported.inputs)
    return not_checked("renal", medicines, reason, CKD_EPI, part=f"{measure}.contradicted", inputs=inputs)


def _shown(value: float) -> str:
    """To one decimal, as `facts.quantity` shows it among the inputs."""
    return f"{round(value, 1):g}"


def _by(measure: str, pairs: list[tuple[Medicine, Rule]], organ: Kidney) -> Iterator[Check]:
    stated, formula = organ.of(measure)
    name, unit = _NAMES[measure]
    disputed, split = _disputed(measure, pairs, organ)
    if disputed:
        yield _dispute(disputed, split, measure, organ)
    pairs = [(medicine, rule) for medicine, rule in pairs if medicine not in disputed]
    concerned = list(dict.fromkeys(medicine for medicine, _ in pairs))
    if not concerned:
        return
    if stated.value is None:
        yield not_checked("renal", concerned, stated.reason, formula, part=measure, inputs=stated.inputs)
        return
    hit: set[Medicine] = set()
    for medicine, rule in pairs:
        if within(rule, stated.value):
            hit.add(medicine)
            text = f"{name} is {_shown(stated.value)} {unit}. {rule.row['text']}"
            yield by_rule(rule, medicine, "renal", text, inputs=stated.inputs, entries=stated.entries)
    free = [one for one in concerned if one not in hit]
    if free:
        text = f"{name} is {_shown(stated.value)} {unit}: no row of the table asks for another dose."
        yield clear("renal", free, text, formula, part=measure, inputs=stated.inputs)


def check_hepatic(medicines: Sequence[Medicine], facts: Facts, own: Own) -> Iterator[Check]:
    """Rows of the table by the Child-Pugh classes that the record leaves open.

    The score holds for cirrhosis: where the record names no liver disease, nothing is computed or cleared.
    """
    pairs = rules_of(medicines, own, "hepatic")
    if not pairs:
        return
    concerned = list(dict.fromkeys(medicine for medicine, _ in pairs))
    if not any(name in facts.conditions for name in ("cirrhosis", "liver_failure", "liver_disease")):
        reason = "the record names no liver disease, and Child-Pugh holds for cirrhosis only"
        reason = reason if facts.is_known else NOTHING
        yield not_checked("hepatic", concerned, reason, CHILD_PUGH)
        return
    stated = liver(facts)
    if stated.value is None:
        reason = f"the record states a liver disease, but {stated.reason}"
        yield not_checked("hepatic", concerned, reason, CHILD_PUGH, inputs=stated.inputs)
        return
    open_classes = sorted(stated.value)
    hit: set[Medicine] = set()
    for medicine, rule in pairs:
        fitting = [one for one in open_classes if one in rule.row["classes"].split()]
        if fitting:
            hit.add(medicine)
            text = f"{_classes(open_classes)}. {rule.row['text']}"
            if len(fitting) < len(open_classes):
                text += f" This holds in class {' and '.join(fitting)}."
            found = by_rule(rule, medicine, "hepatic", text, inputs=stated.inputs, entries=stated.entries)
            # What holds in one of the possible classes only is shown with its severity, and forbids nothing.
            yield replace(found, vetoes=found.vetoes and len(fitting) == len(open_classes))
    free = [one for one in concerned if one not in hit]
    if free:
        text = f"{_classes(open_classes)}: no row of the table asks for another dose."
        yield clear("hepatic", free, text, CHILD_PUGH, inputs=stated.inputs)


def _classes(found: Sequence[str]) -> str:
    if len(found) == 1:
        return f"Child-Pugh class {found[0]}"
    return f"Child-Pugh class {found[0]} to {found[-1]}, as the record does not tell all"
