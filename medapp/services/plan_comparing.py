"""Two plans side by side: medicine by medicine, what the checks say of each, what is expected."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.domain.plan import holds, named, resulting
from medapp.services.plan_checking import Difference, difference
from medapp.services.plan_words import dose_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.domain.plan import Plan
    from medapp.domain.recommendation import Check, Drug, Estimate


@dataclass(frozen=True)
class Pair:
    """One row: what it is about, and what each plan says; empty where it says nothing."""

    title: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        """Whether they say different things."""
        return self.first != self.second


@dataclass(frozen=True)
class Comparison:
    """Two plans.

    Attributes:
        medicines: Of the lists that result, a medicine a row; those that differ come first.
        checks: How many of each severity.
        estimates: Predicted shares by outcome and horizon.
        difference: Of the checks, from the first to the second.
    """

    medicines: tuple[Pair, ...]
    checks: tuple[Pair, ...]
    estimates: tuple[Pair, ...]
    difference: Difference


def compare(first: Plan, second: Plan) -> Comparison:
    """Set two plans of one patient side by side, as far as each was decided."""
    one, other = _listed(first), _listed(second)
    titles = dict.fromkeys((*one, *other))
    rows = [
        Pair(title, _said(one, key, title), _said(other, key, title))
        for key in titles
        for title in [_title(key, one, other)]
    ]
    return Comparison(
        tuple(sorted(rows, key=lambda row: not row.differs)),
        _counts(first.checks, second.checks),
        _expected(first.option.estimates, second.option.estimates),
        difference(first.checks, second.checks),
    )


_Listed = dict[tuple[str, ...], tuple[str, str]]
"""By ingredients: name, and what is done with it."""


def _listed(plan: Plan) -> _Listed:
    """What is taken, and what is stopped."""
    found: _Listed = {key_of(one): (one.name, dose_words(one)) for one in resulting(plan)}
    for line in range(len(plan.lines)):
        change = holds(plan, line)
        if change is None:
            continue
        key = key_of(change.drug)
        if key in found and named(plan, line) != change.drug.name:
            found[key] = (named(plan, line), found[key][1])
        if change.action == "continue":
            continue
        name, said = found.get(key, (change.drug.name, ""))
        found[key] = (name, f"{change.action}: {said}" if said else change.action)
    return found


def key_of(drug: Drug) -> tuple[str, ...]:
    """What two names of one medicine have in common."""
    return tuple(sorted(drug.ingredients)) or (drug.name.casefold(),)


def _title(key: tuple[str, ...], one: _Listed, other: _Listed) -> str:
    """The name; that without a strength where one of the two has another dose."""
    names = [listed[key][0] for listed in (one, other) if key in listed]
    plain = ", ".join(key)
    return plain if plain in names else names[0]


def _said(listed: _Listed, key: tuple[str, ...], title: str) -> str:
    if key not in listed:
        return ""
    name, said = listed[key]
    # A strength that stands in the name alone must not get lost beside a title without it.
    return said if name == title or title != ", ".join(key) else f"{name}: {said}"


def _counts(first: Iterable[Check], second: Iterable[Check]) -> tuple[Pair, ...]:
    one, other = _severities(first), _severities(second)
    rows = ("critical", "significant", "minor", "info", "not checked")
    return tuple(Pair(name, str(one[name]), str(other[name])) for name in rows if one[name] or other[name])


def _severities(checks: Iterable[Check]) -> Counter[str]:
    return Counter(
        "not checked" if one.outcome == "unknown" else one.severity
        for one in checks
        if one.outcome != "clear"
    )


def _expected(first: Iterable[Estimate], second: Iterable[Estimate]) -> tuple[Pair, ...]:
    one, other = _shares(first), _shares(second)
    return tuple(Pair(key, one.get(key, ""), other.get(key, "")) for key in dict.fromkeys((*one, *other)))


def _shares(estimates: Iterable[Estimate]) -> dict[str, str]:
    return {
        (f"{one.outcome} within {one.horizon_days:g} days" if one.horizon_days else one.outcome): (
            f"{one.probability:.1%} ({one.low:.1%} to {one.high:.1%})"
        )
        for one in estimates
    }
