"""Pairs of the program's own table of interactions, and pairs that no table has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.recommendation import Check, Citation
from medapp.knowledge.therapy.saying import not_checked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from medapp.domain.medicines import Medicine
    from medapp.domain.recommendation import Severity
    from medapp.knowledge.therapy.own import Pair

_TABLES: Final = Citation("table", "NDF-RT and ONC drug interactions, and interactions.tsv of this program")


def by_pair(one: tuple[Medicine, str], other: tuple[Medicine, str], pair: Pair) -> Check:
    """What a row of the own table says; one that is put on the skin or into the eye is minor."""
    severity: Severity = pair.row["severity"]  # type: ignore[assignment]  # held by `load_own`
    both = (one[0].drug.name, other[0].drug.name)
    text = f"{one[1]} and {other[1]} interact. {pair.row['text']}"
    if one[0].is_local or other[0].is_local:
        severity = "minor"
        text += " One of them is applied locally; the table does not tell forms apart."
    key = "interaction:own:" + "+".join(sorted((one[1], other[1])))
    return Check(
        f"{key}:{both[0]}:{both[1]}",
        "interaction",
        "found",
        severity,
        both,
        text,
        pair.row.citation,
        advice=pair.row["advice"],
        entries=tuple(each[0].drug.entry for each in (one, other) if each[0].drug.entry),
        vetoes=severity == "critical",
    )


def not_listed(
    known: Sequence[Medicine], seen: set[tuple[int, int]], listed: frozenset[str]
) -> Iterator[Check]:
    """Pairs without a row, each told once: that no table has a pair does not mean that it is harmless.

    Args:
        known: All medicines.
        seen: Places of two of them that a row is about, or that are duplicates.
        listed: Ingredients that any row of any table is about.
    """
    done: set[tuple[int, int]] = set()
    places = range(len(known))
    nowhere = [at for at in places if listed.isdisjoint(known[at].drug.ingredients)]
    for at in (*nowhere, *[one for one in places if one not in nowhere]):
        pairs = {(min(at, one), max(at, one)): one for one in places if one != at}
        rest = [one for pair, one in pairs.items() if pair not in seen and pair not in done]
        done.update(pairs)
        if not rest:
            continue
        name, others = known[at].drug.name, dict.fromkeys(known[one].drug.name for one in rest)
        why = "no table has any row about it" if at in nowhere else "the tables are not complete"
        reason = f"{name}: no row with {'any of ' if len(others) > 1 else ''}{', '.join(others)} ({why})"
        yield not_checked(
            "interaction", [known[at], *[known[one] for one in rest]], reason, _TABLES, part=f"{at}:{name}"
        )
