"""Checks of medicines as JSON and in words."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from medapp.services.result_file import VERSION, WARNING

if TYPE_CHECKING:
    from medapp.domain.medicines import Checks, Medicine
    from medapp.domain.recommendation import Check, CheckInput, Citation
    from medapp.domain.record import Code, Quantity

Json = dict[str, object]
NOTICE: Final = f"{WARNING}. What is said here is a proposal for a clinician to judge."


def checks_json(checks: Checks, patient: str = "") -> Json:
    """Checks in JSON types.

    Keys: ``version``, ``warning``, ``on``, ``patient`` (key in the library, null without one),
    ``medicines`` (``name``, ``dose``, ``entry``, ``ingredients``, ``codes``, ``classes``, ``found``: each
    ingredient with ``how``, ``by`` and ``source``; ``unclear``, ``suggestions``, ``notes``, ``not_taken``:
    the word that says so), ``unmatched`` (names), ``checks`` (fields of
    `medapp.domain.recommendation.Check`), ``tables``.
    """
    return {
        "version": VERSION,
        "warning": NOTICE,
        "on": checks.on.isoformat(),
        "patient": patient or None,
        "medicines": [_medicine(one) for one in checks.medicines],
        "unmatched": [one.drug.name for one in checks.unmatched],
        "checks": [_check(one) for one in checks.checks],
        "tables": [asdict(one) for one in checks.tables],
    }


def _medicine(one: Medicine) -> Json:
    return {
        "name": one.drug.name,
        "dose": one.drug.dose,
        "entry": one.drug.entry,
        "ingredients": list(one.drug.ingredients),
        "codes": [_code(code) for code in one.drug.codes],
        "classes": list(one.drug.classes),
        "found": [asdict(found) for found in one.found],
        "unclear": list(one.unclear),
        "suggestions": list(one.suggestions),
        "notes": list(one.notes),
        "not_taken": one.not_taken,
    }


def _code(code: Code) -> Json:
    return {"system": code.system, "value": code.value, "display": code.display}


def _check(check: Check) -> Json:
    return {
        **{
            name: getattr(check, name)
            for name in ("key", "kind", "outcome", "severity", "text", "advice", "vetoes")
        },
        "drugs": list(check.drugs),
        "citation": asdict(check.citation),
        "inputs": [_input(one) for one in check.inputs],
        "entries": list(check.entries),
    }


def _input(one: CheckInput) -> Json:
    value = one.value
    return {
        "name": one.name,
        "value": None if value is None else value.value,
        "unit": None if value is None else value.unit or value.code or None,
        "when": one.when.text if one.when else None,
        "entry": one.entry,
        "note": one.note,
    }


def input_text(one: CheckInput) -> str:
    """``creatinine: 88 umol/L, 2026-10-02 (= 0.9955 mg/dL)``."""
    value = quantity_text(one.value) if one.value is not None else ""
    said = ", ".join(part for part in (value, one.when.text if one.when else "") if part)
    if not said:
        return f"{one.name}: {one.note}" if one.note else one.name
    text = f"{one.name}: {said}"
    return f"{text} ({one.note})" if one.note else text


def quantity_text(value: Quantity) -> str:
    """The number with its unit; a unit that is not known is said to be so."""
    return f"{value.comparator}{value.value:g} {value.unit or value.code or 'unit unknown'}"


def citation_text(one: Citation) -> str:
    """Title, row or id, version, strength and population, as far as the source has them."""
    return "; ".join(
        part for part in (one.title, one.identifier, one.version, one.strength, one.population) if part
    )


def found_text(one: Medicine) -> str:
    """``aspirin: acetylsalicylic acid (synonym)``, or that it was not recognised."""
    if one.not_taken:
        what = ", ".join(found.ingredient for found in one.found) or "not recognised"
        return f"{what}; not counted as taken, not checked"
    if not one.found:
        near = f"; written alike: {', '.join(one.suggestions)}" if one.suggestions else ""
        return f"not recognised, not checked{near}"
    return ", ".join(
        f"{found.ingredient} ({found.how}{'' if found.how == 'exact name' else f': {found.by}'})"
        for found in one.found
    )
