"""A treatment plan against the checks: a decision is checked before it is kept, and what changed is told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from medapp.domain.plan import looked_at, resulting
from medapp.domain.recommendation import Change, LineDecision
from medapp.services.plans import add_line, decide, with_checks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medapp.domain.medicines import Checks
    from medapp.domain.plan import Plan
    from medapp.domain.recommendation import Check, Drug, Verdict
    from medapp.library import Library


class CheckList(Protocol):
    """Checks a list of medicines against the patient of a plan."""

    def __call__(self, medicines: Sequence[Drug], /) -> Checks:
        """What the checks say of `medicines` taken together."""
        ...


class VetoedError(ValueError):
    """A line is accepted against checks without a reason; `checks` are those."""

    def __init__(self, checks: tuple[Check, ...]) -> None:
        """Keep what forbids it."""
        super().__init__("a check forbids this line: it is accepted with a reason only")
        self.checks = checks


@dataclass(frozen=True)
class Wish:
    """What a person would decide on one line.

    Attributes:
        dose: What holds instead, where it is changed.
    """

    line: int
    verdict: Verdict
    dose: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Difference:
    """How what the checks say has changed.

    Attributes:
        new: What they did not say before.
        gone: What they do not say any more.
        changed: Pairs of before and after that say of the same thing something else.
    """

    new: tuple[Check, ...] = ()
    gone: tuple[Check, ...] = ()
    changed: tuple[tuple[Check, Check], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed)


def difference(before: Iterable[Check], after: Iterable[Check]) -> Difference:
    """What is new, gone and changed between two lists of checks; those that found nothing are left out.

    A check that was not made counts as well: that something is not known any more must be seen.
    """
    first = {one.key: one for one in before if one.outcome != "clear"}
    then = {one.key: one for one in after if one.outcome != "clear"}
    return Difference(
        tuple(one for key, one in then.items() if key not in first),
        tuple(one for key, one in first.items() if key not in then),
        tuple((first[key], one) for key, one in then.items() if key in first and _differ(first[key], one)),
    )


def _differ(one: Check, other: Check) -> bool:
    """Whether something else is said; that one medicine less is meant by the same words is none."""
    return (one.outcome, one.severity, one.text) != (other.outcome, other.severity, other.text)


def as_if(plan: Plan, wish: Wish) -> Plan:
    """The plan as it would be with one line decided; nothing is kept."""
    rest = tuple(one for one in plan.decisions if one.line != wish.line)
    decision = LineDecision(plan.option.key, wish.line, wish.verdict, wish.dose, wish.reason)
    return replace(plan, decisions=(*rest, decision))


def decide_checked(library: Library, plan: Plan, wish: Wish, check: CheckList) -> Plan:
    """Check the list that would result, then keep the decision with what the checks say of that list.

    Args:
        library: Where the plan is kept.
        plan: Not signed.
        wish: The decision.
        check: Of the patient of the plan.

    Raises:
        VetoedError: Where the line is accepted or changed without a reason against a check of the option or
            of the list that would result. Nothing is kept then.
        IndexError, ValueError, SignedPlanError: As `medapp.services.plans.decide` does.
    """
    if not 0 <= wish.line < len(plan.lines):
        raise IndexError(wish.line)
    wanted = as_if(plan, wish)
    checks = check(resulting(wanted)).checks
    if wish.verdict != "rejected" and not wish.reason.strip():
        against = replace(wanted, checks=checks).vetoes(wish.line)
        if against:
            raise VetoedError(against)
    decided = decide(library, plan, wish.line, wish.verdict, dose=wish.dose, reason=wish.reason)
    return rechecked(library, decided, check)


def stopped(library: Library, plan: Plan, line: int, reason: str, check: CheckList) -> Plan:
    """Reject a line that lets a medicine go on, and add an accepted one that stops it, for the same reason.

    Rejected alone, the medicine stays on the list: nobody has said that it is stopped.

    Raises:
        ValueError: Where no reason is given.
        SignedPlanError: Where the plan is signed.
    """
    if not reason.strip():
        message = "a line is rejected with a reason"
        raise ValueError(message)
    change = Change("stop", plan.lines[line].drug, reason=reason.strip())
    rejected = decide(library, plan, line, "rejected", reason=reason)
    longer = add_line(library, rejected, change)
    return rechecked(library, decide(library, longer, len(longer.lines) - 1, "accepted"), check)


def rechecked(library: Library, plan: Plan, check: CheckList) -> Plan:
    """Keep what the checks say of the list that results now, and of lines that a person has added.

    Raises:
        SignedPlanError: Where the plan is signed.
    """
    return with_checks(library, plan, check(looked_at(plan)).checks)


def checks_of_lines(plan: Plan, checks: Iterable[Check]) -> tuple[tuple[Check, ...], ...]:
    """What checks say of the medicine of each line, in their order; of one that is stopped they say nothing.

    What was not checked is among it, what is clear is not.
    """
    said = [one for one in checks if one.outcome != "clear"]
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    for at, check in enumerate(said):
        for name in {drug.casefold() for drug in check.drugs}:
            by_name[name].append(at)
    return tuple(
        ()
        if change.action == "stop"
        else tuple(
            said[at] for at in sorted({at for name in _names(change.drug) for at in by_name.get(name, ())})
        )
        for change in plan.lines
    )


def _names(drug: Drug) -> set[str]:
    """What a check may call a medicine, as `medapp.domain.plan.concerns` has it."""
    return {drug.name.casefold(), *(one.casefold() for one in drug.ingredients)}
