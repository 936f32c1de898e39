"""Treatment plans of a patient: made from an option, decided line by line, signed, written and read again."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from medapp.domain.plan import Plan, Signature, unsigned_because
from medapp.domain.recommendation import LineDecision
from medapp.services.findings_table import moment_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from medapp.domain.patient import Patient
    from medapp.domain.plan import Focus
    from medapp.domain.recommendation import Change, Check, Citation, Drug, Option, Verdict
    from medapp.library import Library

FHIR: Final = "plan.fhir.json"
SHEET: Final = "plan.pdf"


class PlanNotReadyError(ValueError):
    """The plan cannot be signed; `reasons` say why."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        """Keep the sentences."""
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Basis:
    """What a plan is made from.

    Attributes:
        current: What the patient takes, as it was recognised.
        focus: Problems that it is made for.
        models: What ranked the option.
        record_sha256: Of the record.
    """

    current: tuple[Drug, ...] = ()
    focus: tuple[Focus, ...] = ()
    models: tuple[Citation, ...] = ()
    record_sha256: str = ""


def make_plan(library: Library, patient_key: str, option: Option, basis: Basis) -> Plan:
    """Begin a plan from an option, with nothing decided, and keep it."""
    plan = Plan(
        uuid.uuid4().hex,
        patient_key,
        moment_of(time.time()),
        option,
        basis.current,
        basis.focus,
        basis.models,
        record_sha256=basis.record_sha256,
    )
    library.plans.put(plan)
    return plan


def decide(
    library: Library, plan: Plan, line: int, verdict: Verdict, *, dose: str = "", reason: str = ""
) -> Plan:
    """Keep what a person decided on a line; what was decided on it before is replaced.

    Raises:
        IndexError: Where there is no such line.
        ValueError: Where a changed dose is not stated, a line that stops a medicine gets one, a change or
            rejection has no reason, or a line is accepted against a check without a reason.
        SignedPlanError: Where the plan is signed.
    """
    if not 0 <= line < len(plan.lines):
        raise IndexError(line)
    reason, dose = reason.strip(), dose.strip()
    if verdict == "changed" and plan.lines[line].action == "stop":
        message = "a line that stops a medicine has no dose: accept it, or reject it and add another line"
        raise ValueError(message)
    if verdict == "changed" and not dose:
        message = "a change says what holds instead"
        raise ValueError(message)
    if verdict != "accepted" and not reason:
        message = "a line is changed or rejected with a reason"
        raise ValueError(message)
    if verdict == "accepted" and not reason and plan.vetoes(line):
        message = "a check forbids this line: it is accepted with a reason only"
        raise ValueError(message)
    rest = tuple(one for one in plan.decisions if one.line != line)
    decision = LineDecision(plan.option.key, line, verdict, dose if verdict == "changed" else "", reason)
    return _keep(library, replace(plan, decisions=_ordered((*rest, decision))))


def take_back(library: Library, plan: Plan, line: int) -> Plan:
    """Forget what was decided on a line.

    Raises:
        SignedPlanError: Where the plan is signed.
    """
    return _keep(library, replace(plan, decisions=tuple(one for one in plan.decisions if one.line != line)))


def add_line(library: Library, plan: Plan, change: Change) -> Plan:
    """Add a line of a person's own; it is decided on like the others.

    Raises:
        ValueError: Where it stops a medicine and states a dose.
        SignedPlanError: Where the plan is signed.
    """
    if change.action == "stop" and change.dose.strip():
        message = "a line that stops a medicine has no dose"
        raise ValueError(message)
    return _keep(library, replace(plan, added=(*plan.added, change)))


def drop_line(library: Library, plan: Plan, line: int) -> Plan:
    """Take out a line that a person added; what was proposed is rejected, not taken out.

    Raises:
        ValueError: Where it was proposed.
        SignedPlanError: Where the plan is signed.
    """
    place = line - len(plan.option.changes)
    if not 0 <= place < len(plan.added):
        message = "only a line that a person added can be taken out"
        raise ValueError(message)
    kept = tuple(
        replace(one, line=one.line - 1) if one.line > line else one
        for one in plan.decisions
        if one.line != line
    )
    return _keep(library, replace(plan, added=plan.added[:place] + plan.added[place + 1 :], decisions=kept))


def with_checks(library: Library, plan: Plan, checks: Iterable[Check]) -> Plan:
    """Keep what the checks say of the list that results from what is accepted.

    Raises:
        SignedPlanError: Where the plan is signed.
    """
    return _keep(library, replace(plan, checks=tuple(checks)))


def sign(library: Library, plan: Plan, name: str) -> Plan:
    """Sign; the plan does not change from here on.

    Raises:
        PlanNotReadyError: Where lines are not decided, reasons are missing, or nobody is named.
    """
    reasons = unsigned_because(plan) + (() if name.strip() else ("nobody is named",))
    if reasons:
        raise PlanNotReadyError(reasons)
    return _keep(library, replace(plan, signature=Signature(name.strip(), moment_of(time.time()))))


def anew(library: Library, plan: Plan) -> Plan:
    """A new plan with the same lines and decisions, not signed: how a signed plan is changed."""
    made = replace(plan, id=uuid.uuid4().hex, created=moment_of(time.time()), signature=None)
    library.plans.put(made)
    return made


def plans_of(library: Library, patient_key: str) -> tuple[Plan, ...]:
    """All plans of a patient, under any of their keys, the latest first."""
    from medapp.services.inbox import keys_of

    return library.plans.of(keys_of(library, patient_key))


def patient_of(library: Library, patient_key: str) -> Patient:
    """Whom a key of the library means, as images or record name them; empty where it is nobody."""
    from medapp.domain.patient import Patient
    from medapp.library.keys import RECORD_ONLY
    from medapp.services.library_list import identity_of

    if patient_key.startswith(RECORD_ONLY):
        person = library.records.listed(patient_key.removeprefix(RECORD_ONLY))
        return Patient() if person is None else identity_of(person)
    return next((one.patient for one in library.patients() if one.key == patient_key), Patient())


def export_plan(library: Library, plan: Plan, folder: Path) -> tuple[Path, Path]:
    """Write ``plan.fhir.json`` and ``plan.pdf`` into a folder, which is made; earlier ones are replaced.

    Raises:
        OSError: Where it cannot be written.
    """
    from medapp.services.plan_file import plan_bundle
    from medapp.services.plan_patient import stated_of
    from medapp.services.plan_pdf import write_plan
    from medapp.services.result_file import write_report

    patient = patient_of(library, plan.patient)
    folder.mkdir(parents=True, exist_ok=True)
    write_report(folder / FHIR, plan_bundle(plan, patient))
    write_plan(folder / SHEET, plan, patient, stated_of(library, plan.patient))
    return folder / FHIR, folder / SHEET


def _ordered(decisions: Iterable[LineDecision]) -> tuple[LineDecision, ...]:
    return tuple(sorted(decisions, key=lambda one: one.line))


def _keep(library: Library, plan: Plan) -> Plan:
    library.plans.put(plan)
    return plan
