"""The program's own checks on what a model proposes: they may forbid an option, and nothing forbids them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from medapp.domain.notice import Notice
from medapp.domain.plan import concerns

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from medapp.api.results import RecommendResult
    from medapp.domain.medicines import Checks
    from medapp.domain.recommendation import Check, Drug, Option
    from medapp.knowledge.therapy.loading import DrugTables
    from medapp.services.medicines import PatientMedicines


def with_checks(
    result: RecommendResult,
    patient: PatientMedicines,
    tables: DrugTables,
    on: date,
    *,
    today: date | None = None,
    check: Callable[[], None] | None = None,
) -> RecommendResult:
    """Check each option together with what goes on of the current list; those forbidden come last.

    An option keeps all that is said of its own medicines: what was found, what could not be checked and why,
    and what was looked at and is clear. A check that vetoes, as a critical interaction, allergy or
    contraindication does, is named in `Option.vetoed`; the option is shown with it, not hidden.

    Args:
        result: As a plugin gave it.
        patient: Record, genome and current medicines.
        tables: As `medapp.services.medicines.drug_tables` gives them.
        on: The day that ages of values are counted to: the one that the options are for.
        today: Where it is another day, what the checks find then besides is added, with that day.
        check: Raises where the user has cancelled.
    """
    options = []
    for option in result.options:
        if check is not None:
            check()
        options.append(checked(option, patient, tables, on, today))
    # A sort keeps the model's order among the allowed, and among the forbidden.
    ordered = tuple(sorted(options, key=lambda one: bool(one.vetoed)))
    baseline = None if result.baseline is None else checked(result.baseline, patient, tables, on, today)
    notices = result.notices
    if today is not None and result.options:
        message = f"Checks are made for {on}."
        if today != on:
            message = f"Checks are made for {on}; what they find besides on {today} is told with that day."
        notices = (*notices, Notice("checked-for", message, "info"))
    return replace(result, options=ordered, baseline=baseline, notices=notices)


def checked(
    option: Option, patient: PatientMedicines, tables: DrugTables, on: date, today: date | None = None
) -> Option:
    """One option with what the checks say of the list that it would lead to."""
    from medapp.services.medicines import check_list

    medicines = resulting(option, patient.current, tables)
    found = check_list(medicines, patient, tables, on)
    made = found.checks
    if today is not None and today != on:
        made = (*made, *_besides(found, check_list(medicines, patient, tables, today)))
    changes = tuple(replace(one, drug=_recognised(one.drug, found)) for one in option.changes)
    own = [one.drug for one in changes if one.action != "stop"]
    checks = tuple(one for one in made if any(concerns(one, drug) for drug in own))
    vetoed = tuple(one.key for one in checks if one.vetoes and one.outcome == "found")
    return replace(option, changes=changes, checks=checks, vetoed=vetoed)


def _besides(then: Checks, now: Checks) -> tuple[Check, ...]:
    """What is found on another day and was not on the first, or not so gravely; told with the day."""
    known = {(one.key, one.severity) for one in then.found}
    return tuple(
        replace(one, key=f"{one.key}:{now.on}", text=f"On {now.on}: {one.text}")
        for one in now.found
        if (one.key, one.severity) not in known
    )


def resulting(option: Option, current: tuple[Drug, ...], tables: DrugTables) -> tuple[Drug, ...]:
    """What the patient would take: the option's medicines, and the current ones that it leaves alone."""
    from medapp.knowledge.therapy.recognise import recognise

    changed: set[str] = set()
    for one in option.changes:
        changed.update(recognise(one.drug, tables.vocabulary).drug.ingredients or one.drug.ingredients)
    kept = [
        drug for drug in current if not set(recognise(drug, tables.vocabulary).drug.ingredients) & changed
    ]
    return (*(one.drug for one in option.changes if one.action != "stop"), *kept)


def _recognised(drug: Drug, found: Checks) -> Drug:
    """The medicine with ingredients, codes and classes of the tables; as it was where they do not know it."""
    same = next((one.drug for one in found.medicines if one.drug.name == drug.name), drug)
    return same if same.is_known else drug
