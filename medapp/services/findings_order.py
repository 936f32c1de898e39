"""In which order findings of an answer stand under their headings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.domain.finding import Finding

Order = Literal["probability", "name"]
ORDERS: Final[tuple[Order, ...]] = ("probability", "name")


def ordered(findings: Iterable[Finding], order: Order) -> tuple[Finding, ...]:
    """Findings in another order: headings stay where they are, under each findings are sorted.

    What has no probability keeps its place after what has one; ranked diseases keep their rank unless they
    go by name.
    """
    findings = tuple(findings)
    groups = list(dict.fromkeys(one.group for one in findings))
    places = {group: place for place, group in enumerate(groups)}
    if order == "name":
        return tuple(sorted(findings, key=lambda one: (places[one.group], _natural(one.title))))
    return tuple(sorted(findings, key=lambda one: (places[one.group], _falling(one))))


def _falling(one: Finding) -> float:
    ranked = one.kind == "disease" or one.probability is None or one.value is not None
    return 1.0 if ranked or one.probability is None else -one.probability


def _natural(title: str) -> list[tuple[int, str]]:
    """Letters whatever their size, and numbers by what they count."""
    import re

    parts = re.split(r"(\d+)", title.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
