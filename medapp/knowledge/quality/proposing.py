"""A rule for each kind of what was found, for a person to confirm or change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.knowledge.quality.findings import KINDS, Action, Kind, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

_USUAL: dict[Kind, tuple[Action, str]] = {
    "duplicate": ("drop", "said twice, it would count twice"),
    "missing": ("indicator", "that nothing was measured tells something too"),
    "outlier": ("keep", "far from the others may be true of the very ill; what cannot be is told apart"),
    "impossible": ("drop", "no living body has such a value"),
    "unit": ("convert", "into the commonest unit; what cannot be converted is left out"),
    "date": ("drop", "a date that cannot be puts the value at the wrong time"),
    "contradiction": ("indicator", "which of the two is right is not known"),
}


def usual() -> tuple[Rule, ...]:
    """What is proposed for every kind where nothing speaks against it."""
    return tuple(Rule(kind, action, why=why) for kind, (action, why) in _USUAL.items())


def propose_all(counts: Mapping[Kind, int], reasons: Mapping[str, int], *, dated: int) -> tuple[Rule, ...]:
    """A rule for every kind, also those that were not found: other data may have them. See `propose`."""
    found = {rule.kind: rule for rule in propose(counts, reasons, dated=dated)}
    return tuple(found.get(rule.kind, rule) for rule in usual())


def propose(counts: Mapping[Kind, int], reasons: Mapping[str, int], *, dated: int) -> tuple[Rule, ...]:
    """Rules for what was found; none for what was not.

    Args:
        counts: By kind.
        reasons: By ``kind/reason``.
        dated: Number of entries with a date that may not be yet to come.
    """
    found = []
    for kind in KINDS:
        if not counts.get(kind):
            continue
        action, why = _USUAL[kind]
        if kind == "date" and 2 * reasons.get("date/future", 0) > dated:
            action, why = "keep", "most dates are yet to come: they were shifted to hide who it is"
        found.append(Rule(kind, action, why=why))
    return tuple(found)
