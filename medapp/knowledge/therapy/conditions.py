"""Medicines that a condition of the patient, a pregnancy or the age speaks against."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from medapp.domain.recommendation import CheckInput
from medapp.domain.record import Observation, Quantity
from medapp.domain.record.facts import concept_of, period_of
from medapp.knowledge.therapy.facts import NOTHING
from medapp.knowledge.therapy.saying import by_rule, clear, not_checked, own_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from medapp.domain.medicines import Medicine
    from medapp.domain.recommendation import Check
    from medapp.domain.record import Entry
    from medapp.knowledge.therapy.facts import Facts
    from medapp.knowledge.therapy.own import Own, Rule


def rules_of(medicines: Sequence[Medicine], own: Own, table: str) -> list[tuple[Medicine, Rule]]:
    """Rows of a table about each medicine, each row once a medicine."""
    return [
        (medicine, rule)
        for medicine in medicines
        for rule in dict.fromkeys(
            rule for ingredient in medicine.drug.ingredients for rule in own.about(table, ingredient)
        )
    ]


def check_conditions(medicines: Sequence[Medicine], facts: Facts, own: Own) -> Iterator[Check]:
    """Problems of the record against the table of contraindications."""
    pairs = rules_of(medicines, own, "contraindications")
    if not pairs:
        return
    table = own_table("contraindications")
    concerned = list(dict.fromkeys(medicine for medicine, _ in pairs))
    hit: set[Medicine] = set()
    for medicine, rule in pairs:
        entries = facts.conditions.get(rule.row["condition"], [])
        if entries:
            hit.add(medicine)
            yield _of_condition(medicine, rule, entries, own)
    free = [one for one in concerned if one not in hit]
    if not facts.has_problems:
        reason = "the record lists no problems" if facts.is_known else NOTHING
        yield not_checked("condition", concerned, reason, table)
    elif free:
        count = len({rule.row["condition"] for medicine, rule in pairs if medicine in free})
        asked = "the condition" if count == 1 else f"one of the {count} conditions"
        text = f"No problem of the record is {asked} asked for. What it does not list is not known."
        yield clear("condition", free, text, table)


def _of_condition(medicine: Medicine, rule: Rule, entries: Sequence[Entry], own: Own) -> Check:
    title = own.conditions[rule.row["condition"]].title
    inputs = [_input(entry) for entry in entries]
    text = f"The record states {title} ({inputs[0].name}). {rule.row['text']}"
    found = by_rule(rule, medicine, "condition", text, inputs=inputs)
    return _with(found, [entry.id for entry in entries])


def _input(entry: Entry) -> CheckInput:
    content = entry.content
    if isinstance(content, Observation):
        value = content.value if isinstance(content.value, Quantity) else None
        return CheckInput(content.concept.display, value, content.effective.start, entry.id, "measured")
    status = getattr(entry.content, "status", "") or "status not stated"
    return CheckInput(
        concept_of(entry.content).display, None, period_of(entry.content).start, entry.id, status
    )


def _with(check: Check, entries: Sequence[str]) -> Check:
    return replace(check, entries=tuple(dict.fromkeys((*check.entries, *entries))))


def check_pregnancy(medicines: Sequence[Medicine], facts: Facts, own: Own) -> Iterator[Check]:
    """A pregnancy against the table; where it is not known whether there is one, that is said."""
    pairs = rules_of(medicines, own, "pregnancy")
    if not pairs:
        return
    stated = facts.pregnant
    concerned = list(dict.fromkeys(medicine for medicine, _ in pairs))
    table = own_table("pregnancy")
    if stated.value is None:
        yield not_checked("pregnancy", concerned, stated.reason, table, inputs=stated.inputs)
    elif stated.value:
        for medicine, rule in pairs:
            text = f"The record states a pregnancy. {rule.row['text']}"
            yield by_rule(rule, medicine, "pregnancy", text, inputs=stated.inputs, entries=stated.entries)
    else:
        text = "The record states no pregnancy, or the sex or the age excludes one."
        yield clear("pregnancy", concerned, text, table, inputs=stated.inputs)


def check_age(medicines: Sequence[Medicine], facts: Facts, own: Own) -> Iterator[Check]:
    """The age against the table."""
    pairs = rules_of(medicines, own, "age")
    if not pairs:
        return
    concerned = list(dict.fromkeys(medicine for medicine, _ in pairs))
    table, age = own_table("age"), facts.age
    if age.value is None:
        yield not_checked("age", concerned, age.reason, table, inputs=age.inputs)
        return
    seen = False
    for medicine, rule in pairs:
        if within(rule, age.value):
            seen = True
            text = f"The patient is {age.value:.3g} years old. {rule.row['text']}"
            yield by_rule(rule, medicine, "age", text, inputs=age.inputs)
    if not seen:
        text = f"No row of the table holds at {age.value:.3g} years."
        yield clear("age", concerned, text, table, inputs=age.inputs)


def within(rule: Rule, value: float) -> bool:
    """Whether a value is from the one bound of a row on and below the other."""
    low, high = rule.row.number_of("from"), rule.row.number_of("below")
    return (low is None or value >= low) and (high is None or value < high)
