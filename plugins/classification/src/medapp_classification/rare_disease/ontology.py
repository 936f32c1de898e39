"""The graph of the Human Phenotype Ontology: phenotypic abnormalities, their parents, and ids of old."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ROOT: Final = "HP:0000118"
"""Phenotypic abnormality: what lies outside (inheritance, onset, modifiers, frequency) is none."""
_CODE: Final = re.compile(r"(?:HP|hp)[:_](\d{7})")
_RELEASE: Final = re.compile(r"releases/([\d-]+)")


class OntologyError(ValueError):
    """A file that is not the ontology in OBO format."""


def as_term(code: str) -> str:
    """``HP:0001250`` of a code as sources write it (``hp_0001250``); empty where it is none."""
    found = _CODE.fullmatch(code.strip().rpartition("/")[2])
    return "" if found is None else f"HP:{found[1]}"


@dataclass(frozen=True)
class Ontology:
    """Phenotypic abnormalities in the order of their ids, without the root.

    Attributes:
        version: Of the release: ``2026-02-16``.
        ids, labels: One for each term.
        parents: Places of the parents of each term; empty below the root.
        others: What else an id may be: an old one, by the id that stands for it now.
        outside: Ids that are in the ontology and no phenotypic abnormality.
    """

    version: str
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    parents: tuple[tuple[int, ...], ...]
    others: Mapping[str, str]
    outside: frozenset[str]

    @cached_property
    def places(self) -> dict[str, int]:
        """Place of each id."""
        return {name: place for place, name in enumerate(self.ids)}

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Places of the children of each term."""
        found: list[list[int]] = [[] for _ in self.ids]
        for place, parents in enumerate(self.parents):
            for parent in parents:
                found[parent].append(place)
        return tuple(tuple(one) for one in found)

    @cached_property
    def tops(self) -> tuple[int, ...]:
        """Terms right below the root."""
        return tuple(place for place, parents in enumerate(self.parents) if not parents)

    def place(self, code: str) -> int | None:
        """Place of a term by any of its ids; None where it is unknown or no phenotypic abnormality."""
        return self.places.get(self.others.get(code, code))

    def is_outside(self, code: str) -> bool:
        """Whether the ontology has it as something else than a phenotypic abnormality."""
        return self.others.get(code, code) in self.outside

    def upward(self, place: int) -> frozenset[int]:
        """The term and all that it is a kind of."""
        return self._closure(place, self.parents)

    def downward(self, place: int) -> frozenset[int]:
        """The term and all kinds of it."""
        return self._closure(place, self.children)

    @staticmethod
    def _closure(place: int, edges: tuple[tuple[int, ...], ...]) -> frozenset[int]:
        found, left = {place}, [place]
        while left:
            for other in edges[left.pop()]:
                if other not in found:
                    found.add(other)
                    left.append(other)
        return frozenset(found)


@dataclass
class _Term:
    name: str = ""
    parents: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    replaced: str = ""
    obsolete: bool = False


def read_obo(path: Path) -> Ontology:
    """Read a release of the ontology, ``hp.obo``; nothing of it is changed.

    Raises:
        OSError: Where it cannot be read.
        OntologyError: Where it is not that.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        message = f"{path.name} is no text"
        raise OntologyError(message) from error
    terms = dict(_terms(text))
    if ROOT not in terms:
        message = f"{path.name} is not the Human Phenotype Ontology in OBO format"
        raise OntologyError(message)
    release = _RELEASE.search(text[:2000])
    return _made(release[1] if release else "", terms)


def _terms(text: str) -> Iterator[tuple[str, _Term]]:
    for block in text.split("\n[")[1:]:
        kind, _, body = block.partition("]\n")
        if kind != "Term":
            continue
        lines = [line.partition(": ")[::2] for line in body.splitlines()]
        values: dict[str, list[str]] = {}
        for key, value in lines:
            values.setdefault(key, []).append(value)
        first = {key: found[0] for key, found in values.items()}
        yield (
            first.get("id", ""),
            _Term(
                first.get("name", ""),
                tuple(value.split()[0] for value in values.get("is_a", ())),
                tuple(values.get("alt_id", ())),
                first.get("replaced_by", ""),
                first.get("is_obsolete") == "true",
            ),
        )


def _made(version: str, terms: Mapping[str, _Term]) -> Ontology:
    kinds: dict[str, list[str]] = {}
    for name, term in terms.items():
        for parent in term.parents:
            kinds.setdefault(parent, []).append(name)
    inside: set[str] = set()
    left = [ROOT]
    while left:
        name = left.pop()
        if name not in inside:
            inside.add(name)
            left += kinds.get(name, ())
    ids = tuple(sorted(inside - {ROOT}))
    places = {name: place for place, name in enumerate(ids)}
    others = {other: name for name, term in terms.items() for other in term.others if name in inside}
    others |= {name: term.replaced for name, term in terms.items() if term.obsolete and term.replaced}
    return Ontology(
        version,
        ids,
        tuple(terms[name].name for name in ids),
        tuple(tuple(sorted(places[one] for one in terms[name].parents if one in places)) for name in ids),
        {old: new for old, new in others.items() if new in places},
        frozenset(name for name, term in terms.items() if name not in places and not term.obsolete),
    )
