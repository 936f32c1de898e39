"""A treatment plan on paper: its lines, what was decided, what speaks for and against it, the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.plan import concerns, named
from medapp.services.medicines_file import input_text
from medapp.services.pdf_sheet import build, styles, table, who
from medapp.services.pdf_text import marked
from medapp.services.plan_words import ACTIONS, VERDICTS, cited, moment_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from reportlab.platypus import Flowable

    from medapp.domain.patient import Patient
    from medapp.domain.plan import Plan
    from medapp.domain.recommendation import Check, Drug

_OUTCOMES = {"found": "", "clear": "nothing found", "unknown": "not checked"}
_ORDER = {"critical": 0, "significant": 1, "minor": 2, "info": 3}


def write_plan(path: Path, plan: Plan, patient: Patient, stated: Sequence[tuple[str, str]] = ()) -> None:
    """Write the sheet; the file appears whole or not at all.

    Args:
        path: Of the PDF.
        plan: Signed or a draft.
        patient: Whom it is for.
        stated: Rows of title and words that stand below who it is: allergies, problems.

    Raises:
        OSError: Where it cannot be written.
    """
    build(path, plan.option.title, lambda width: _story(plan, patient, stated, width))


def _story(
    plan: Plan, patient: Patient, stated: Sequence[tuple[str, str]], width: float
) -> Iterator[Flowable]:
    from reportlab.platypus import Paragraph, Spacer

    style = styles()
    yield Paragraph(marked(f"Treatment plan: {plan.option.title}"), style["title"])
    yield table([*who(patient), *stated], (0.25, 0.75), width)
    yield Spacer(1, 6)
    yield table(list(_facts(plan)), (0.25, 0.75), width)
    yield from _headed("Lines", _lines(plan), (0.07, 0.28, 0.33, 0.32), width)
    yield from _headed("Taken now", _taken(plan.current), (0.5, 0.25, 0.25), width)
    yield from _headed("Checks", _checks(plan), (0.2, 0.5, 0.3), width)
    yield from _headed("What speaks for and against", _statements(plan), (0.15, 0.5, 0.35), width)
    yield from _headed("What is expected", _estimates(plan), (0.35, 0.3, 0.35), width)


def _headed(
    title: str, rows: Sequence[Sequence[str]], shares: Sequence[float], width: float
) -> Iterator[Flowable]:
    """A table below its heading; nothing where it would have no rows but its head."""
    from reportlab.platypus import Paragraph, Spacer

    if len(rows) < 2:  # noqa: PLR2004
        return
    yield Spacer(1, 8)
    yield Paragraph(marked(title), styles()["heading"])
    yield table(rows, shares, width, head=True)


def _facts(plan: Plan) -> Iterator[tuple[str, str]]:
    yield "Made", moment_words(plan.created)
    signed = plan.signature
    yield "Signed", f"by {signed.name} on {moment_words(signed.signed)}" if signed else "not signed: a draft"
    yield "Kind", "A proposal, not an order"
    if plan.focus:
        yield "For", "; ".join(one.text for one in plan.focus)
    for model in plan.models:
        yield "Ranked by", cited(model)
    if plan.record_sha256:
        yield "Record", f"sha256 {plan.record_sha256}"


def _lines(plan: Plan) -> list[tuple[str, str, str, str]]:
    rows = [("No.", "Line", "Why", "Decision")]
    for number, change in enumerate(plan.lines):
        added = number >= len(plan.option.changes)
        said = f"{ACTIONS[change.action].capitalize()} {change.drug.name} {change.dose}".strip()
        against = [f"Against it: {one.text}" for one in plan.vetoes(number)]
        why = ". ".join(
            part for part in ("Added by a person" if added else "", change.reason, *against) if part
        )
        rows.append((str(number + 1), said, why or "–", _decided(plan, number)))
    return rows


def _decided(plan: Plan, line: int) -> str:
    decision = plan.decision(line)
    if decision is None:
        return "Not decided"
    parts = [VERDICTS[decision.verdict]]
    name, called = plan.lines[line].drug.name, named(plan, line)
    if decision.dose:
        # The strength in the name does not hold beside another dose.
        changed = decision.dose if called == name else f"{called} {decision.dose}, not {name}"
        parts.append(f"instead: {changed}")
    parts += [f"reason: {decision.reason}"] if decision.reason else []
    return "; ".join(parts)


def _taken(current: Sequence[Drug]) -> list[tuple[str, str, str]]:
    rows = [("Medicine", "Ingredients", "How it is taken")]
    rows += [
        (one.name, ", ".join(one.ingredients) or "not recognised", one.dose or "not stated")
        for one in current
    ]
    return rows


def _checks(plan: Plan) -> list[tuple[str, str, str]]:
    found = sorted(plan.all_checks, key=lambda one: (one.outcome == "clear", _ORDER[one.severity], one.key))
    return [("Check", "What it says", "By what"), *(_check(plan, one) for one in found)]


def _check(plan: Plan, check: Check) -> tuple[str, str, str]:
    head = ", ".join(part for part in (check.kind, _OUTCOMES[check.outcome] or check.severity) if part)
    lines = [str(n + 1) for n, change in enumerate(plan.lines) if concerns(check, change.drug)]
    text = " ".join(part for part in (check.text, check.advice) if part)
    about = f" (line {', '.join(lines)})" if lines else ""
    by = " ".join([*(f"{input_text(one)}." for one in check.inputs), cited(check.citation)])
    return head, text + about, by


def _statements(plan: Plan) -> list[tuple[str, str, str]]:
    rows = [("", "Statement", "From")]
    rows += [(one.direction, one.text, cited(one.citation)) for one in plan.option.statements]
    return rows


def _estimates(plan: Plan) -> list[tuple[str, str, str]]:
    rows = [("Outcome", "Share of patients like this", "From")]
    for one in plan.option.estimates:
        within = f" within {one.horizon_days:g} days" if one.horizon_days else ""
        share = f"{one.probability:.1%} ({one.low:.1%} to {one.high:.1%}){within}"
        rows.append((one.outcome, share, cited(one.citation)))
    return rows
