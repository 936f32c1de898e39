"""Recommendations of CPIC and DPWG that fit a sample's genes, as ClinPGx annotates them.

Each recommendation names a result of every gene it is about: a phenotype, an activity score, the status of an
HLA allele, a diplotype, or that there is no result. It fits where all of them are the sample's.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from medapp.formats.errors import MALFORMED, UnreadableError
from medapp.formats.stream import read_bytes
from medapp.knowledge.pgx.rules import HLA_MARKERS
from medapp.knowledge.pgx.text import recommended

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from medapp.domain.genome import Diplotype, GeneCall
    from medapp.knowledge.pgx.tables import Tables

NO_RESULT = "No Result"
UNKNOWN_SCORE = "n/a"
_LARGEST = 64 << 20
_FLAGS = {
    "alternateDrugAvailable": "another medicine",
    "dosingInformation": "another dose",
    "otherPrescribingGuidance": "other care",
}
Result = str | frozenset[tuple[str, int]]
"""Of one gene: a text, or the copies of each allele of a diplotype."""


@dataclass(frozen=True)
class Recommendation:
    """What a guideline says for one combination of gene results.

    Attributes:
        source: ``CPIC`` or ``DPWG``.
        population: Whom it is for, in the guideline's words; empty where for all.
        results: By gene, what must hold.
        text: Without markup.
        identifier: The annotation's own, by which ClinPGx tells it.
        asks: Which of another dose, another medicine, other care it asks for, as the table flags it; empty
            where the usual holds.
    """

    source: str
    guideline: str
    url: str
    drugs: tuple[str, ...]
    population: str
    strength: str
    results: Mapping[str, Result]
    text: str
    implications: tuple[str, ...] = ()
    identifier: str = ""
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unlisted:
    """A guideline of which the tables hold no recommendation (CPIC's warfarin is a flow chart)."""

    source: str
    guideline: str
    drugs: tuple[str, ...]
    genes: tuple[str, ...]


@dataclass(frozen=True)
class Guidelines:
    """All recommendations of a folder, and the version of each guideline's file."""

    recommendations: tuple[Recommendation, ...]
    version: str = ""
    unlisted: tuple[Unlisted, ...] = ()

    def fitting(self, calls: Iterable[GeneCall], tables: Tables) -> tuple[Recommendation, ...]:
        """All that fit, without those that a guideline replaces by one for the very diplotype.

        A recommendation without any gene that has a result fits nobody.
        """
        found = {call.gene: _results(call, tables) for call in calls}
        fitting = [one for one in self.recommendations if _fits(one, found)]
        exact = {
            (one.guideline, drug)
            for one in fitting
            for drug in one.drugs
            if any(not isinstance(result, str) for result in one.results.values())
        }
        return tuple(
            one
            for one in fitting
            if any(not isinstance(result, str) for result in one.results.values())
            or not any((one.guideline, drug) in exact for drug in one.drugs)
        )


def load_guidelines(folder: Path) -> Guidelines:
    """The newest ``*_guidelines`` below a folder of tables; empty where there is none.

    Raises:
        OSError: Where a file cannot be read.
        UnreadableError: Where one is no such table.
    """
    groups = sorted(folder.glob("*_guidelines"), key=lambda path: re.findall(r"\d+", path.name))
    if not groups:
        return Guidelines(())
    found: list[Recommendation] = []
    unlisted: list[Unlisted] = []
    versions = set()
    for path in sorted(groups[-1].glob("*.json*")):
        try:
            raw = orjson.loads(read_bytes(path, _LARGEST))
            versions.add(str(raw.get("version") or ""))
            here = list(_of_file(raw))
            found += here
            unlisted += [] if here else [_unlisted(raw["guideline"])]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"{path.name} is not a table of recommendations"
            raise UnreadableError(MALFORMED, message) from error
    return Guidelines(tuple(found), max(versions, default=""), tuple(unlisted))


def _unlisted(raw: dict[str, Any]) -> Unlisted:
    drugs = tuple(str(one["name"]) for one in raw.get("relatedChemicals") or ())
    genes = tuple(str(one["symbol"]) for one in raw.get("relatedGenes") or ())
    return Unlisted(raw["source"], raw["id"], drugs, genes)


def _of_file(raw: dict[str, Any]) -> Iterator[Recommendation]:
    guideline = raw["guideline"]
    for one in raw.get("recommendations") or ():
        if not one.get("lookupKey"):
            continue
        yield Recommendation(
            source=guideline["source"],
            guideline=guideline["id"],
            url=guideline.get("url") or "",
            drugs=tuple(chemical["name"] for chemical in one["relatedChemicals"]),
            population=one.get("population") or "",
            strength=(one.get("classification") or {}).get("term") or "",
            results={gene: _wanted(result) for gene, result in one["lookupKey"].items()},
            text=_plain((one.get("text") or {}).get("html") or ""),
            implications=tuple(_plain(text) for text in one.get("implications") or ()),
            identifier=one.get("id") or "",
            asks=tuple(word for flag, word in _FLAGS.items() if one.get(flag)),
        )


def _wanted(result: object) -> Result:
    if isinstance(result, dict):
        return frozenset((name, int(copies)) for name, copies in result.items())
    return str(result)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", text))).strip()


def _fits(one: Recommendation, found: Mapping[str, set[Result]]) -> bool:
    missing: set[Result] = {NO_RESULT}
    return any(found.get(gene, missing) != missing for gene in one.results) and all(
        _meets(result, found.get(gene, missing)) for gene, result in one.results.items()
    )


def _meets(result: Result, found: set[Result]) -> bool:
    """DPWG writes scores with the phenotype behind: ``1.5 (Intermediate Metabolizer)``."""
    if result in found:
        return True
    if not isinstance(result, str):
        return False
    score, _, phenotype = result.partition(" (")
    return bool(phenotype) and score in found and phenotype.removesuffix(")") in found


def _results(call: GeneCall, tables: Tables) -> set[Result]:
    """All results of a gene that a guideline may ask for."""
    found: set[Result] = set()
    for one in recommended(call):
        found |= _of_diplotype(call.gene, one, tables)
    return found or {NO_RESULT}


def _of_diplotype(gene: str, one: Diplotype, tables: Tables) -> set[Result]:
    found: set[Result] = {part for part in one.phenotype.split("; ") if part}
    if one.haplotypes:
        found.add(frozenset(Counter(each.name for each in one.haplotypes).items()))
    table = tables.phenotypes.get(gene)
    if table is not None and table.uses_score:
        found.add(_score_text(one, tables, gene))
    if gene in HLA_MARKERS:
        found |= {f"{each.name} positive" for each in one.haplotypes}
    return found


def _score_text(one: Diplotype, tables: Tables, gene: str) -> str:
    if one.score is None:
        return UNKNOWN_SCORE
    meaning = tables.phenotypes[gene].meaning(each.name for each in one.haplotypes)
    if meaning is not None and meaning.score == one.score:
        return meaning.score_text
    return str(one.score)


def by_drug(found: Sequence[Recommendation]) -> dict[str, list[Recommendation]]:
    """Recommendations of each medicine, in the order of their names."""
    drugs: dict[str, list[Recommendation]] = {}
    for one in found:
        for drug in one.drugs:
            drugs.setdefault(drug, []).append(one)
    return dict(sorted(drugs.items()))
