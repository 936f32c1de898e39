"""Interactions of pairs of medicines, as a published table lists them; what is not in it is not found."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations, product
from typing import TYPE_CHECKING, Final

from medapp.domain.recommendation import Check, Citation
from medapp.knowledge.therapy.pairs import by_pair, not_listed
from medapp.knowledge.therapy.saying import not_checked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from medapp.domain.medicines import Medicine
    from medapp.domain.recommendation import Severity
    from medapp.knowledge.therapy.own import Own
    from medapp.knowledge.therapy.rows import Row
    from medapp.knowledge.therapy.vocabulary import Vocabulary

TABLE_FILE: Final = "ddi_ndfrt_onc.tsv"
TITLE: Final = "NDF-RT and ONC drug interactions"
GRADES: Final[Mapping[str, Severity]] = {"critical": "critical", "significant": "significant"}
HIGH_PRIORITY: Final = "ONC-HighPriority"
_ORDER: Final[Mapping[Severity, int]] = {"critical": 0, "significant": 1, "minor": 2, "info": 3}
_LISTS: Final = {
    HIGH_PRIORITY: "on ONC's list of interactions that always warrant an alert, which gives no grade",
    "ONC-NonInteruptive": "on ONC's list of interactions that do not warrant an interrupting alert",
}


@dataclass(frozen=True, slots=True)
class Interaction:
    """One row of the table.

    Attributes:
        pair: As the table names the two.
        severity: ONC's lists give no grade: that of high priority counts as significant, the other as minor.
        graded: The source's own word; empty where it gives none.
    """

    pair: tuple[str, str]
    row: int
    source: str
    severity: Severity
    graded: str = ""
    label: str = ""

    @property
    def vetoes(self) -> bool:
        """Whether two such medicines may not be proposed together."""
        return self.severity == "critical" or self.source == HIGH_PRIORITY


@dataclass(frozen=True)
class Interactions:
    """All rows, by the two ingredients in any order."""

    rows: Mapping[frozenset[str], tuple[Interaction, ...]]
    version: str = ""
    count: int = 0

    @cached_property
    def names(self) -> frozenset[str]:
        """Ingredients that any row is about."""
        return frozenset(name for pair in self.rows for name in pair)

    def between(self, one: str, other: str) -> tuple[Interaction, ...]:
        """Rows of two ingredients, the gravest first; none where the table has none."""
        return self.rows.get(frozenset((one, other)), ())


def interactions(rows: Iterable[Row], vocabulary: Vocabulary, version: str = "") -> Interactions:
    """Build the table; a row of one and the same ingredient is left out."""
    found: defaultdict[frozenset[str], list[Interaction]] = defaultdict(list)
    count = 0
    meant = lru_cache(maxsize=None)(vocabulary.canonical)
    for row in rows:
        count += 1
        pair = (_plain(row["drug1"]), _plain(row["drug2"]))
        grade = GRADES.get(row["severity"].casefold())
        severity: Severity = grade or ("significant" if row["source"] == HIGH_PRIORITY else "minor")
        one = Interaction(pair, row.number, row["source"], severity, row["severity"], row["label"])
        for first, second in product(meant(pair[0]), meant(pair[1])):
            if first != second:
                found[frozenset((first, second))].append(one)
    ordered = {pair: tuple(sorted(each, key=_gravity)) for pair, each in found.items()}
    return Interactions(ordered, version, count)


def check_interactions(
    medicines: Sequence[Medicine], table: Interactions | None, own: Own | None = None
) -> Iterator[Check]:
    """One check for each pair of ingredients of two medicines that a table has; then what none has.

    A row of the program's own table is shown where the published one has none or a milder one.
    """
    known = [one for one in medicines if one.drug.is_known]
    if len(known) < 2:  # noqa: PLR2004  a pair
        return
    seen: set[tuple[int, int]] = set()
    for (at, one), (place, other) in combinations(enumerate(known), 2):
        if set(one.drug.ingredients) & set(other.drug.ingredients):
            seen.add((at, place))  # a duplicate, which has a check of its own
        told: set[str] = set()
        for first, second in _across(one, other):
            found = list(_of_pair((one, first), (other, second), table, own))
            if found:
                seen.add((at, place))
            # One row of the own table is told once, though two parts of a product are both of its class.
            yield from (each for each in found if each.citation.identifier not in told)
            told.update(each.citation.identifier for each in found)
    if table is None:
        yield _not_checked(known)
    else:
        yield from not_listed(known, seen, table.names | (own.paired if own else frozenset()))


def _across(one: Medicine, other: Medicine) -> Iterator[tuple[str, str]]:
    """Pairs of ingredients of two medicines; none that one of them combines itself, as that is meant."""
    both = (frozenset(one.drug.ingredients), frozenset(other.drug.ingredients))
    for first, second in product(one.drug.ingredients, other.drug.ingredients):
        if first != second and not any({first, second} <= each for each in both):
            yield first, second


def _of_pair(
    one: tuple[Medicine, str], other: tuple[Medicine, str], table: Interactions | None, own: Own | None
) -> Iterator[Check]:
    rows = table.between(one[1], other[1]) if table is not None else ()
    if rows and table is not None:
        yield _check(one, other, rows, table)
    least = _ORDER[rows[0].severity] if rows else len(_ORDER)
    more = own.between(one[1], other[1]) if own is not None else ()
    if more and _ORDER[more[0].row["severity"]] < least:  # type: ignore[index]  # held by `load_own`
        yield by_pair(one, other, more[0])


def _check(
    one: tuple[Medicine, str], other: tuple[Medicine, str], rows: tuple[Interaction, ...], table: Interactions
) -> Check:
    gravest = rows[0]
    both = (one[0].drug.name, other[0].drug.name)
    said = "; ".join(dict.fromkeys(_said(row) for row in rows))
    where = ", ".join(_place(row) for row in rows)
    text = f"{one[1]} and {other[1]} interact: {said}."
    if one[0].is_local or other[0].is_local:
        text += " One of them is applied locally; the table does not tell forms apart."
    citation = Citation("table", TITLE, where, table.version, strength=gravest.graded)
    key = "interaction:" + "+".join(sorted((one[1], other[1])))
    entries = tuple(each[0].drug.entry for each in (one, other) if each[0].drug.entry)
    return Check(
        f"{key}:{both[0]}:{both[1]}",
        "interaction",
        "found",
        gravest.severity,
        both,
        text,
        citation,
        entries=entries,
        vetoes=any(row.vetoes for row in rows),
    )


def _place(row: Interaction) -> str:
    return f"row {row.row} ({row.source}, {row.graded or 'no grade'})"


def _said(row: Interaction) -> str:
    if row.graded:
        return f"{row.graded.lower()} by {row.source}"
    return _LISTS.get(row.source, f"listed by {row.source} without a grade")


def _not_checked(known: Sequence[Medicine]) -> Check:
    reason = (
        "no table: that of interactions is not installed; pairs that are not in interactions.tsv were not "
        f"looked up. Put {TABLE_FILE} into the folder that MEDAPP_DRUG_TABLES names, or into "
        "knowledge/drugs of the program's data folder"
    )
    return not_checked("interaction", known, reason, Citation("table", TITLE))


def _gravity(row: Interaction) -> tuple[int, bool, int]:
    return _ORDER[row.severity], not row.graded, row.row


def _plain(name: str) -> str:
    return name.replace("\ufeff", "").replace("_", " ").strip()
