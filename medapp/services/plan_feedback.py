"""What persons decided on lines of treatment plans, as examples that a ranking can be trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.services.plan_words import cited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from medapp.domain.plan import Plan
    from medapp.domain.recommendation import Drug

TREATMENT: Final = "treatment"
"""Stands in the place of a task: plans are made from options of any."""


@dataclass(frozen=True)
class PlanExample:
    """One line of a signed plan.

    Attributes:
        patient: A pseudonym, as of other examples.
        action, drug, ingredients, codes, proposed_dose: What was proposed; `codes` as ``SYSTEM|CODE``.
        by: ``model`` where it was proposed, ``person`` where it was added.
        models: What ranked the option.
        verdict, dose, reason: What was decided.
        against: Checks that forbade it.
        current: Ingredients of what the patient took.
        signed: ISO 8601.
    """

    patient: str
    plan: str
    option: str
    line: int
    action: str
    drug: str
    ingredients: str
    codes: str
    proposed_dose: str
    by: str
    models: str
    score: float | None
    verdict: str
    dose: str
    reason: str
    against: str
    current: str
    record_sha256: str
    signed: str


def plan_examples(
    plans: Iterable[Plan], pseudonym: Callable[[str], str]
) -> tuple[tuple[PlanExample, ...], int]:
    """Examples of all signed plans, and how many lines of others were left out though they are decided."""
    found: list[PlanExample] = []
    left_out = 0
    for plan in plans:
        if plan.signature is None:
            left_out += len(plan.decisions)
            continue
        found += _of(plan, pseudonym(plan.patient), plan.signature.signed)
    return tuple(found), left_out


def _of(plan: Plan, patient: str, signed: str) -> list[PlanExample]:
    return [
        PlanExample(
            patient=patient,
            plan=plan.id,
            option=plan.option.key,
            line=decision.line,
            action=change.action,
            drug=change.drug.name,
            ingredients=_ingredients([change.drug]),
            codes=";".join(f"{code.system}|{code.value}" for code in change.drug.codes),
            proposed_dose=change.dose,
            by="model" if decision.line < len(plan.option.changes) else "person",
            models="; ".join(cited(one) for one in plan.models),
            score=plan.option.score,
            verdict=decision.verdict,
            dose=decision.dose,
            reason=decision.reason,
            against="; ".join(check.text for check in plan.vetoes(decision.line)),
            current=_ingredients(plan.current),
            record_sha256=plan.record_sha256,
            signed=signed,
        )
        for decision in plan.decisions
        for change in [plan.lines[decision.line]]
    ]


def _ingredients(drugs: Iterable[Drug]) -> str:
    return ";".join(sorted({name for drug in drugs for name in drug.ingredients}))
