"""The program's own tables of medicines: small, each row with the published source that its fact is from."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Final

from medapp.formats.errors import MALFORMED, UnreadableError
from medapp.knowledge.therapy.names import key
from medapp.knowledge.therapy.rows import Row, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from medapp.knowledge.therapy.vocabulary import Vocabulary

_CLASS: Final = "ATC:"
SEVERITIES: Final = frozenset({"info", "minor", "significant", "critical"})
_RULES: Final[Mapping[str, tuple[str, ...]]] = {
    "contraindications": ("condition", "severity", "text", "advice"),
    "pregnancy": ("severity", "text", "advice"),
    "age": ("from", "below", "severity", "text", "advice"),
    "renal": ("measure", "from", "below", "severity", "text", "advice"),
    "hepatic": ("classes", "severity", "text", "advice"),
    "qt": ("risk", "text"),
    "bleeding": ("kind", "text"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A row about some medicines, and which ingredients those are."""

    row: Row
    drugs: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A row about two sides that interact, and which ingredients those are."""

    row: Row
    one: frozenset[str]
    other: frozenset[str]


@dataclass(frozen=True, slots=True)
class Condition:
    """What problems of a record are told by.

    Attributes:
        icd10, icd9: Beginnings of codes, without points.
        pattern: Words, as `names.key` spells them.
        is_past: Whether one that is over counts as well.
    """

    key: str
    title: str
    icd10: tuple[str, ...]
    icd9: tuple[str, ...]
    snomed: frozenset[str]
    pattern: re.Pattern[str]
    is_past: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Medicines that allergies are told by together."""

    key: str
    title: str
    drugs: frozenset[str]
    words: frozenset[str]


@dataclass(frozen=True)
class Own:
    """All tables, rules by the ingredient that they are about."""

    rules: Mapping[str, Mapping[str, tuple[Rule, ...]]]
    conditions: Mapping[str, Condition]
    groups: Mapping[str, Group]
    cross: tuple[Row, ...]
    pairs: Mapping[frozenset[str], tuple[Pair, ...]] = field(default_factory=dict)

    def about(self, table: str, ingredient: str) -> tuple[Rule, ...]:
        """Rules of one table about an ingredient, in the order of their rows."""
        return self.rules[table].get(ingredient, ())

    def between(self, one: str, other: str) -> tuple[Pair, ...]:
        """Rows of the program's own table of interactions, the gravest first."""
        return self.pairs.get(frozenset((one, other)), ())

    @cached_property
    def paired(self) -> frozenset[str]:
        """Ingredients that any row of that table is about."""
        return frozenset(name for pair in self.pairs for name in pair)


def load_own(folder: Path, vocabulary: Vocabulary) -> Own:
    """Read all tables.

    Raises:
        OSError: Where a file cannot be read.
        UnreadableError: Where one is not what it should be.
    """
    rules = {name: _rules(folder, name, columns, vocabulary) for name, columns in _RULES.items()}
    conditions = {row["key"]: _condition(row) for row in _read(folder, "conditions", "title", "words")}
    groups = {}
    for row in _read(folder, "allergy_groups", "title", "members", "words"):
        words = frozenset(key(word) for word in row.many("words"))
        drugs = selected(row.many("members"), vocabulary)
        groups[row["group"]] = Group(row["group"], row["title"], drugs, words)
    cross = _read(folder, "allergy_cross", "one", "other", "strength", "severity", "text", "source")
    return Own(rules, conditions, groups, cross, _pairs(folder, vocabulary))


def _pairs(folder: Path, vocabulary: Vocabulary) -> Mapping[frozenset[str], tuple[Pair, ...]]:
    found: defaultdict[frozenset[str], list[Pair]] = defaultdict(list)
    name = "interactions"
    for row in _read(folder, name, "one", "other", "severity", "text", "advice", "source", "year"):
        _hold_severity(row)
        pair = Pair(row, *(selected(row.many(side), vocabulary) for side in ("one", "other")))
        for both in {frozenset(two) for two in product(pair.one, pair.other) if two[0] != two[1]}:
            found[both].append(pair)
    order = ("critical", "significant", "minor", "info")
    return {
        both: tuple(sorted(pairs, key=lambda one: order.index(one.row["severity"])))
        for both, pairs in found.items()
    }


def selected(words: Iterable[str], vocabulary: Vocabulary) -> frozenset[str]:
    """Ingredients that a cell means: names, ``ATC:M01A`` for a class, ``-name`` for what is left out."""
    found: set[str] = set()
    out: set[str] = set()
    for word in words:
        if word.startswith("-"):
            out.update(vocabulary.canonical(word[1:]))
        elif word.startswith(_CLASS):
            found |= vocabulary.of_class.get(word.removeprefix(_CLASS), frozenset())
        else:
            found.update(vocabulary.canonical(word))
    return frozenset(found - out)


def _rules(
    folder: Path, name: str, columns: tuple[str, ...], vocabulary: Vocabulary
) -> Mapping[str, tuple[Rule, ...]]:
    by_drug: defaultdict[str, list[Rule]] = defaultdict(list)
    for row in _read(folder, name, "drugs", "source", "year", *columns):
        if "severity" in columns:
            _hold_severity(row)
        rule = Rule(row, selected(row.many("drugs"), vocabulary))
        for drug in rule.drugs:
            by_drug[drug].append(rule)
    return {drug: tuple(found) for drug, found in by_drug.items()}


def _hold_severity(row: Row) -> None:
    if row["severity"] not in SEVERITIES:
        message = f"{row.table}.tsv, row {row.number}: {row['severity']!r} is no severity"
        raise UnreadableError(MALFORMED, message)


def _condition(row: Row) -> Condition:
    words = "|".join(re.escape(key(word)) for word in row.many("words"))
    return Condition(
        row["key"],
        row["title"],
        tuple(code.replace(".", "") for code in row.many("icd10")),
        tuple(code.replace(".", "") for code in row.many("icd9")),
        frozenset(row.many("snomed")),
        re.compile(rf"\b(?:{words})"),
        row["past"] == "yes",
    )


def _read(folder: Path, name: str, *columns: str) -> tuple[Row, ...]:
    return read_rows(folder / f"{name}.tsv", *columns)
