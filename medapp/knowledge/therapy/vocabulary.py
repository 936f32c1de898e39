"""What names and codes of medicines stand for: active ingredients, RxNorm and ATC codes."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from medapp.knowledge.therapy.names import key, without_salt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from medapp.domain.medicines import How
    from medapp.knowledge.therapy.rows import Row

OWN: Final = "ingredients.tsv"
MAPPING: Final = "NDF-RT to RxNorm mapping"
_KIND: Final = re.compile(r"\s*\[[^\]]*\]?$")
_INGREDIENT: Final = "[chem"
_CUT: Final = 50
"""Characters after which the published mapping cuts its names."""


@dataclass(frozen=True, slots=True)
class Known:
    """What one name stands for."""

    ingredients: tuple[str, ...]
    how: How
    source: str


@dataclass(frozen=True)
class Vocabulary:
    """Names and codes of medicines; all names in the spelling of `names.key`.

    Attributes:
        names: Of the program's own table, of the interaction table and of guidelines.
        more: Names of ingredients of the published mapping, looked up as a whole only.
        atc: ATC codes of level 5 of an ingredient, the first is its main use.
        by_atc: Ingredients of a code; codes that the index has replaced, or has for rare forms, too.
        rxnorm: Names that the mapping has for an RxNorm code.
        rxcui: RxNorm codes of an ingredient, its own before those of its salts.
    """

    names: Mapping[str, Known]
    more: Mapping[str, Known] = field(default_factory=dict)
    atc: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_atc: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rxnorm: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rxcui: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def known(self, name: str) -> Known | None:
        """What a name stands for as a whole."""
        return self.names.get(name) or self.more.get(name)

    @cached_property
    def of_class(self) -> Mapping[str, frozenset[str]]:
        """Ingredients by each beginning of their ATC codes, those that were replaced left out."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for name, codes in self.atc.items():
            for code in codes:
                for length in range(1, len(code) + 1):
                    found[code[:length]].add(name)
        return {prefix: frozenset(names) for prefix, names in found.items()}

    def canonical(self, name: str) -> tuple[str, ...]:
        """Ingredients that a table means by a name; the name itself where it is not known."""
        plain = key(name)
        found = self.names.get(plain) or self.names.get(" ".join(without_salt(tuple(plain.split()))))
        found = found or self.more.get(plain)
        return found.ingredients if found else (plain,)


def own_names(ingredients: Iterable[Row], combinations: Iterable[Row]) -> Vocabulary:
    """The program's own vocabulary."""
    names: dict[str, Known] = {}
    atc: dict[str, tuple[str, ...]] = {}
    rows = tuple(ingredients)
    for row in rows:
        name = row["ingredient"]
        names[key(name)] = Known((name,), "exact name", OWN)
        atc[name] = tuple(row["atc"].split())
    for row in rows:
        for how, column in (("synonym", "synonyms"), ("brand", "brands")):
            for other in row.many(column):
                names.setdefault(key(other), Known((row["ingredient"],), how, OWN))  # type: ignore[arg-type]
    for row in combinations:
        parts = tuple(one.strip() for one in row["ingredients"].split("+"))
        names.setdefault(key(row["name"]), Known(parts, "brand", "combinations.tsv"))
    by_atc: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        for code in (*row["atc"].split(), *row["other_atc"].split()):
            by_atc[code].append(row["ingredient"])
    return Vocabulary(names, atc=atc, by_atc={code: tuple(found) for code, found in by_atc.items()})


def with_names(vocabulary: Vocabulary, names: Iterable[str], source: str) -> Vocabulary:
    """Names of a table besides; one that is not known yet is an ingredient by itself."""
    found = dict(vocabulary.names)
    for name in names:
        plain = key(name)
        base = found.get(" ".join(without_salt(tuple(plain.split()))))
        if plain and plain not in found:
            found[plain] = Known(base.ingredients if base else (plain,), "exact name", source)
    return Vocabulary(
        found, vocabulary.more, vocabulary.atc, vocabulary.by_atc, vocabulary.rxnorm, vocabulary.rxcui
    )


def with_mapping(vocabulary: Vocabulary, rows: Iterable[tuple[str, str]]) -> Vocabulary:
    """The published mapping besides: RxNorm codes with the names that NDF-RT has for them."""
    more: dict[str, Known] = {}
    rxnorm: defaultdict[str, list[str]] = defaultdict(list)
    substances: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for rxcui, name in rows:
        bare = _KIND.sub("", name)
        rxnorm[rxcui].append(bare)
        if _is_ingredient(name, bare):
            substances[rxcui][key(bare)] = None
    own: defaultdict[str, list[str]] = defaultdict(list)
    salts: defaultdict[str, list[str]] = defaultdict(list)
    for rxcui, found in substances.items():
        ingredients, exact = _meant(vocabulary, found)
        for plain in found:
            base = _base(plain)
            same = plain == base or plain in vocabulary.names
            more.setdefault(plain, Known(ingredients, "exact name" if same else "synonym", MAPPING))
            more.setdefault(base, Known(ingredients, "exact name", MAPPING))
        for one in ingredients if len(ingredients) == 1 else ():
            (own if exact else salts)[one].append(rxcui)
    codes = {name: tuple(dict.fromkeys((*own[name], *salts[name]))) for name in {*own, *salts}}
    return Vocabulary(
        vocabulary.names,
        more,
        vocabulary.atc,
        vocabulary.by_atc,
        {code: tuple(found) for code, found in rxnorm.items()},
        codes,
    )


def _meant(vocabulary: Vocabulary, found: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """What all names of one code stand for, and whether they name it without a salt.

    The program's own name for it is taken where one of them is known, else the first.
    """
    names = list(found)
    for plain in names:
        known = vocabulary.names.get(plain)
        if known is not None:
            return known.ingredients, True
    for plain in names:
        known = vocabulary.names.get(_base(plain))
        if known is not None:
            return known.ingredients, False
    base = _base(names[0])
    return (base,), base == names[0]


def _base(plain: str) -> str:
    return " ".join(without_salt(tuple(plain.split())))


def _is_ingredient(name: str, bare: str) -> bool:
    """Whether the mapping means a substance by a name, and not a product, a form or a class."""
    kind = name[len(bare) :].strip().casefold()
    if kind:
        return kind.startswith(_INGREDIENT)
    return "/" not in bare and not any(one.isdigit() for one in bare) and len(name) < _CUT
