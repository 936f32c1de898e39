"""A treatment plan: what was proposed for one patient, and what a person decided on each line of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medapp.domain.recommendation import Change, Check, Citation, Drug, LineDecision, Option


@dataclass(frozen=True, slots=True)
class Focus:
    """A problem that the plan is made for.

    Attributes:
        text: Words of the record, or those that a person typed.
        entry: `Entry.id`; empty where a person typed it.
    """

    text: str
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who answers for the decisions.

    Attributes:
        name: As they wrote it; the program does not check who sits at the workstation.
        signed: ISO 8601 with time zone.
    """

    name: str
    signed: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan. Lines are those of the option, then those that a person added.

    Attributes:
        patient: Key in the library.
        created: ISO 8601 with time zone.
        option: As it was proposed, unchanged by what is decided.
        current: What the patient takes, as it was recognised when the plan was made.
        focus: Problems it is made for.
        models: What ranked the option and how it was validated; empty where knowledge alone proposed it.
        added: Lines of a person.
        checks: Of what `looked_at` gives; empty where it was not checked anew.
        decisions: At most one for each line; `LineDecision.option` is the key of `option`.
        record_sha256: Of the record that it was made from.
    """

    id: str
    patient: str
    created: str
    option: Option
    current: tuple[Drug, ...] = ()
    focus: tuple[Focus, ...] = ()
    models: tuple[Citation, ...] = ()
    added: tuple[Change, ...] = ()
    checks: tuple[Check, ...] = ()
    decisions: tuple[LineDecision, ...] = ()
    signature: Signature | None = None
    record_sha256: str = ""

    @property
    def lines(self) -> tuple[Change, ...]:
        """All lines, in the order that `LineDecision.line` counts from 0."""
        return (*self.option.changes, *self.added)

    def decision(self, line: int) -> LineDecision | None:
        """What was decided on a line; None where nothing was."""
        return next((one for one in self.decisions if one.line == line), None)

    def vetoes(self, line: int) -> tuple[Check, ...]:
        """Checks that forbid what a line starts or goes on with; stopping a medicine is never forbidden."""
        change = self.lines[line]
        if change.action == "stop":
            return ()
        return tuple(check for check in self.all_checks if check.vetoes and concerns(check, change.drug))

    @property
    def all_checks(self) -> tuple[Check, ...]:
        """Of the option as proposed and of the list as decided, each once."""
        return tuple({check.key: check for check in (*self.option.checks, *self.checks)}.values())


def concerns(check: Check, drug: Drug) -> bool:
    """Whether a check speaks of a medicine, by its name or by one of its ingredients."""
    named = {name.casefold() for name in check.drugs}
    return drug.name.casefold() in named or any(one.casefold() in named for one in drug.ingredients)


def named(plan: Plan, line: int) -> str:
    """What a line calls its medicine as decided; by its ingredients where its dose was changed.

    A name such as ``Apixaban 5 mg`` states the strength that does not hold any more.
    """
    drug, decision = plan.lines[line].drug, plan.decision(line)
    has_number = any(one.isdecimal() for one in drug.name)
    if decision is None or decision.verdict != "changed" or not has_number or not drug.is_known:
        return drug.name
    return ", ".join(sorted(drug.ingredients))


def holds(plan: Plan, line: int) -> Change | None:
    """What a line says as decided: as proposed, with another dose, or None where rejected or undecided."""
    decision = plan.decision(line)
    if decision is None or decision.verdict == "rejected":
        return None
    change = plan.lines[line]
    return replace(change, dose=decision.dose) if decision.verdict == "changed" else change


def resulting(plan: Plan) -> tuple[Drug, ...]:
    """What the patient would take if all that is accepted were done; lines not decided change nothing."""
    found = {_key(drug): drug for drug in plan.current}
    for line in range(len(plan.lines)):
        change = holds(plan, line)
        if change is None:
            continue
        key = _key(change.drug)
        if change.action == "stop":
            found.pop(key, None)
        else:
            found[key] = replace(change.drug, dose=change.dose or change.drug.dose)
    return tuple(found.values())


def looked_at(plan: Plan) -> tuple[Drug, ...]:
    """What is checked while a plan is made: what results so far, and what a person has added undecided.

    A line of an option has its checks from the option; one that was added has none else.
    """
    named = len(plan.option.changes)
    added = [
        replace(change.drug, dose=change.dose or change.drug.dose)
        for line, change in enumerate(plan.lines)
        if line >= named and plan.decision(line) is None and change.action != "stop"
    ]
    found = {_key(drug): drug for drug in (*resulting(plan), *added)}
    return tuple(found.values())


def unsigned_because(plan: Plan) -> tuple[str, ...]:
    """What has to be done before the plan can be signed, as sentences; empty where it can."""
    found = []
    undecided = [plan.lines[line].drug.name for line in range(len(plan.lines)) if not plan.decision(line)]
    if undecided:
        found.append(f"not decided yet: {', '.join(undecided)}")
    for line, change in enumerate(plan.lines):
        decision = plan.decision(line)
        if decision is None or decision.reason.strip():
            continue
        if decision.verdict != "accepted":
            found.append(f"{change.drug.name} was {decision.verdict} without a reason")
        elif plan.vetoes(line):
            found.append(f"{change.drug.name} was accepted against a check without a reason")
    return tuple(found)


def signed_against(plan: Plan) -> tuple[str, ...]:
    """What whoever signs should have seen, as sentences: dangers, unknown medicines, what was not checked."""
    found = []
    held = [(line, change) for line in range(len(plan.lines)) if (change := holds(plan, line)) is not None]
    going_on = [change for _, change in held if change.action != "stop"]
    for change in going_on:
        if not change.drug.is_known:
            found.append(f"{change.drug.name} is not recognised: nothing was checked of it")
        elif change.action == "start" and not change.dose:
            found.append(f"{change.drug.name} is to be started without a dose")
    checks = plan.checks or plan.option.checks
    about = [one for one in checks if any(concerns(one, change.drug) for change in going_on)]
    found += [
        f"{one.severity}: {one.text}"
        for one in about
        if one.outcome == "found" and (one.vetoes or one.severity == "critical")
    ]
    grave = sum(one.outcome == "found" and one.severity == "significant" and not one.vetoes for one in about)
    if grave:
        told = (
            "1 significant statement of the checks speaks"
            if grave == 1
            else (f"{grave} significant statements of the checks speak")
        )
        found.append(f"{told} of these lines")
    unknown = sum(1 for one in about if one.outcome == "unknown")
    if unknown:
        found.append(f"{unknown} checks of these lines could not be made")
    return tuple(found)


def _key(drug: Drug) -> tuple[str, ...]:
    return tuple(sorted(drug.ingredients)) or (drug.name.casefold(),)
