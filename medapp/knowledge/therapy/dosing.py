"""Doses that kidney or liver ask to be changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from medapp.knowledge.therapy.conditions import rules_of, within
from medapp.knowledge.therapy.facts import NOTHING
from medapp.knowledge.therapy.formulas import CHILD_PUGH
from medapp.knowledge.therapy.organs import kidney, liver
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


def check_renal(medicines: Sequence[Medicine], facts: Facts, own: Own) -> Iterator[Check]:
    """Rows of the table by what each goes by: eGFR, clearance or creatinine."""
    pairs = rules_of(medicines, own, "renal")
    if not pairs:
        return
    organ = kidney(facts)
    for measure in _NAMES:
        here = [(medicine, rule) for medicine, rule in pairs if rule.row["measure"] == measure]
        if here:
            yield from _by(measure, here, organ)


def _by(measure: str, pairs: list[tuple[Medicine, Rule]], organ: Kidney) -> Iterator[Check]:
    stated, formula = organ.of(measure)
    name, unit = _NAMES[measure]
    concerned = list(dict.fromkeys(medicine for medicine, _ in pairs))
    if stated.value is None:
        yield not_checked("renal", concerned, stated.reason, formula, part=measure, inputs=stated.inputs)
        return
    hit: set[Medicine] = set()
    for medicine, rule in pairs:
        if within(rule, stated.value):
            hit.add(medicine)
            text = f"{name} is {stated.value:.3g} {unit}. {rule.row['text']}"
            yield by_rule(rule, medicine, "renal", text, inputs=stated.inputs, entries=stated.entries)
    free = [one for one in concerned if one not in hit]
    if free:
        text = f"{name} is {stated.value:.3g} {unit}: no row of the table asks for another dose."
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
