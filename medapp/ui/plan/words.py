"""Checks, options and plans in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.services.plan_words import cited, has_strength
from medapp.ui.findings.words import percent
from medapp.ui.record.facts import number, when_text
from medapp.ui.text import tr
from medapp.ui.wording import unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.domain.medicines import Medicine
    from medapp.domain.plan import Plan
    from medapp.domain.recommendation import (
        Action,
        Change,
        Check,
        CheckInput,
        CheckKind,
        Citation,
        Drug,
        Estimate,
        LineDecision,
        Option,
        Severity,
        Statement,
    )
    from medapp.ui.plan.checks import Grade
    from medapp.ui.shell.widgets import State

_YEAR = 365.25
_MONTH = 30.4375
_FIGURES = 3


def severity(one: Severity) -> str:
    """A severity on a check."""
    words: dict[Severity, str] = {
        "critical": tr("Critical"),
        "significant": tr("Significant"),
        "minor": tr("Minor"),
        "info": tr("To know"),
    }
    return words[one]


def grade(one: Grade) -> str:
    """What a check comes to: its severity, or that it was not made, or that it found nothing."""
    if one == "unknown":
        return tr("Not checked")
    return tr("Nothing found") if one == "clear" else severity(one)


def grade_state(one: Grade) -> State:
    """State for the style sheet; what was not checked is never shown as what is well."""
    states: dict[Grade, State] = {
        "critical": "error",
        "significant": "warning",
        "minor": "info",
        "info": "info",
        "unknown": "warning",
        "clear": "success",
    }
    return states[one]


def kind(one: CheckKind) -> str:
    """What is checked."""
    words: dict[CheckKind, str] = {
        "interaction": tr("Interaction"),
        "duplicate": tr("Taken twice"),
        "allergy": tr("Allergy"),
        "condition": tr("Condition"),
        "pregnancy": tr("Pregnancy"),
        "lactation": tr("Breast-feeding"),
        "age": tr("Age"),
        "renal": tr("Kidney"),
        "hepatic": tr("Liver"),
        "pharmacogenomics": tr("Genes"),
        "qt": tr("QT"),
        "bleeding": tr("Bleeding"),
        "record": tr("Record"),
    }
    return words[one]


def input_line(one: CheckInput) -> str:
    """A value that a check went by, with unit and date; each is said to be unknown where it is."""
    when = when_text(one.when) if one.when is not None else ""
    if one.value is None:
        # A date of birth is its date.
        said = one.note or when or unknown()
        return " · ".join(part for part in (f"{one.name}: {said}", when if one.note else "") if part)
    unit = unit_text(one.value.unit or one.value.code) or tr("(unit unknown)")
    said = f"{one.value.comparator}{number(one.value.value, _FIGURES)} {unit}"
    # What was computed stands without an entry, beside what it was computed from, which has the date.
    when = when or (tr("date unknown") if one.entry else "")
    return " · ".join(part for part in (f"{one.name}: {said}", when, one.note) if part)


def unit_text(unit: str) -> str:
    """A unit without UCUM's marks of annotation: ``mL/min/1.73 m2``."""
    return unit.replace("{", "").replace("}", "").replace("[", "").replace("]", "").replace("_", " ")


def source(citation: Citation) -> str:
    """Where a statement comes from, its kind first."""
    words = {
        "guideline": tr("Guideline"),
        "table": tr("Table"),
        "model": tr("Model"),
        "formula": tr("Formula"),
        "record": tr("Record"),
    }
    # A link leads to the entry of a record: its number says nothing to a reader.
    said = citation.title if citation.kind == "record" else cited(citation)
    return f"{words[citation.kind]}: {said}"


def about(check: Check, most: int = 4) -> str:
    """Which medicines a check speaks of; of many the first ones, and how many more."""
    named = check.drugs[:most]
    more = len(check.drugs) - len(named)
    said = ", ".join(named)
    return tr("{named} and {count} more", named=said, count=more) if more > 0 else said


# ---- medicines --------------------------------------------------------------------------------------
def medicine_line(one: Medicine) -> str:
    """What a medicine was recognised as, with its dose."""
    drug = one.drug
    if one.not_taken:
        what = ", ".join(found.ingredient for found in one.found) or tr("not recognised")
        return " · ".join((what, *one.notes))
    if not drug.is_known:
        near = (
            tr("Written nearly alike: {names}", names=", ".join(one.suggestions)) if one.suggestions else ""
        )
        return " · ".join(part for part in (tr("not recognised: nothing of it was checked"), near) if part)
    missing = tr("how it is taken is not stated") if has_strength(drug) else tr("dose not stated")
    parts = [", ".join(drug.ingredients), drug.dose or missing]
    if one.unclear:
        parts.append(tr("not recognised of it: {words}", words=", ".join(one.unclear)))
    return " · ".join((*parts, *one.notes))


def ingredients(drug: Drug) -> str:
    """Active ingredients, or that they are not known."""
    return ", ".join(drug.ingredients) or tr("not recognised")


def looked_up(found: Sequence[str], near: Sequence[str]) -> str:
    """What a typed name was recognised as; where it was not, what is written nearly alike."""
    if found:
        return tr("Recognised: {names}", names=", ".join(found))
    said = tr("Not recognised: nothing of it will be checked.")
    return f"{said} {tr('Did you mean: {names}?', names=', '.join(near))}" if near else said


# ---- options ----------------------------------------------------------------------------------------
def action(one: Action) -> str:
    """What is done with a medicine."""
    words: dict[Action, str] = {
        "start": tr("Start"),
        "stop": tr("Stop"),
        "change": tr("Change"),
        "continue": tr("Continue"),
    }
    return words[one]


def change(one: Change) -> str:
    """A line of an option or a plan."""
    return " ".join(part for part in (action(one.action), one.drug.name, one.dose) if part)


def score(option: Option) -> str:
    """What ranked an option."""
    if option.score is None:
        return tr("from knowledge alone, without a model")
    return tr("score {number}", number=number(option.score, _FIGURES))


def direction(one: Statement) -> str:
    """Which way a statement goes."""
    return {"for": tr("For"), "against": tr("Against"), "note": tr("Note")}[one.direction]


def direction_state(one: Statement) -> str:
    """State of a statement for the style sheet."""
    return {"for": "success", "against": "warning", "note": "info"}[one.direction]


def within(days: float) -> str:
    """A horizon in years, months or days."""
    if days >= _YEAR * 0.99:
        years = days / _YEAR
        return tr("1 year") if round(years, 1) == 1 else tr("{count} years", count=number(years, 2))
    if days >= 2 * _MONTH:
        return tr("{count} months", count=round(days / _MONTH))
    return tr("1 day") if days == 1 else tr("{count} days", count=f"{days:g}")


def outcome(one: Estimate) -> str:
    """What is expected, and within how long; some models say that in the name already."""
    if one.horizon_days <= 0 or "within" in one.outcome.casefold().split():
        return one.outcome
    return tr("{outcome} within {time}", outcome=one.outcome, time=within(one.horizon_days))


def estimate(one: Estimate) -> str:
    """A predicted share with its interval."""
    return tr(
        "{outcome}: {share} (95 % interval {low} to {high})",
        outcome=outcome(one),
        share=percent(one.probability),
        low=percent(one.low),
        high=percent(one.high),
    )


def vetoed_by(option: Option) -> str:
    """Why an option may not be proposed."""
    said = [one.text for one in option.checks if one.key in option.vetoed]
    return " ".join(said) or tr("A check forbids it.")


# ---- plans ------------------------------------------------------------------------------------------
def plan_title(plan: Plan) -> str:
    """A plan in the list of plans."""
    when = plan.created[:16].replace("T", " ")
    signed = plan.signature
    state = tr("signed by {name}", name=signed.name) if signed else tr("draft")
    return f"{when} · {plan.option.title} · {state}"


def plan_status(plan: Plan) -> str:
    """What may be done with a plan."""
    signed = plan.signature
    if signed is not None:
        when = signed.signed[:16].replace("T", " ")
        return tr("Signed by {name}, {when}. It does not change any more.", name=signed.name, when=when)
    left = sum(plan.decision(line) is None for line in range(len(plan.lines)))
    if not plan.lines:
        return tr("A draft without lines. It is a proposal, not an order.")
    return tr(
        "A draft: {left} of {count} lines not decided. It is a proposal, not an order.",
        left=left,
        count=len(plan.lines),
    )


def decision(found: LineDecision | None) -> str:
    """What was decided on a line."""
    if found is None:
        return tr("Proposal")
    words = {"accepted": tr("Accepted"), "changed": tr("Changed"), "rejected": tr("Rejected")}
    parts = [words[found.verdict]]
    parts += [tr("instead: {dose}", dose=found.dose)] if found.dose else []
    parts += [found.reason] if found.reason else []
    return " · ".join(parts)


def decision_state(found: LineDecision | None) -> State:
    """State of a decision for the style sheet."""
    if found is None:
        return "info"
    states: dict[str, State] = {"accepted": "success", "changed": "success", "rejected": "error"}
    return states[found.verdict]
