"""Rules as a person chooses them: which holds for what, and what of them is done where."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from medapp.knowledge.quality.findings import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medapp.knowledge.quality.findings import Action, Kind

_VALUES: Final = frozenset({"outlier", "impossible"})


def rule_for(rules: Sequence[Rule], kind: Kind, variable: str) -> Rule | None:
    """The rule that holds for a finding: the last that fits; None where it is kept without one."""
    return next((one for one in reversed(rules) if one.kind == kind and one.variable in {"", variable}), None)


def with_rule(
    rules: Iterable[Rule], kind: Kind, variable: str, action: Action | None, why: str = ""
) -> tuple[Rule, ...]:
    """Rules with another one for a kind, or for a kind of one variable; those for all stand first.

    Args:
        rules: As they were.
        kind: Of finding.
        variable: Title of the only variable it is for; empty for all.
        action: What is done; None takes the rule out.
        why: In words.
    """
    kept = [one for one in rules if (one.kind, one.variable) != (kind, variable)]
    if action is not None:
        kept.append(Rule(kind, action, variable, why))
    return tuple(sorted(kept, key=lambda one: bool(one.variable)))


def together(proposed: Iterable[Rule], chosen: Iterable[Rule]) -> tuple[Rule, ...]:
    """What holds where a person has chosen some rules: theirs, and the proposed ones for the other kinds."""
    chosen = tuple(chosen)
    said = {one.kind for one in chosen if not one.variable}
    left = (one for one in proposed if one.kind not in said)
    return tuple(sorted((*left, *chosen), key=lambda one: bool(one.variable)))


def for_records(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The part of rules that is done to entries: what a model fills is left out, and filled in the frame."""
    found = []
    for one in rules:
        if one.action != "model":
            found.append(one)
        else:
            found.append(replace(one, action="drop" if one.kind in _VALUES else "keep"))
    return tuple(found)
