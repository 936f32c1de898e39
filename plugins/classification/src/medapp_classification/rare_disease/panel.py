"""Genes of the diseases, alleles that are known to cause them, and what a patient's variants say by them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from medapp_classification.rare_disease.cases import Case
    from medapp_classification.rare_disease.variants import Candidate

_LEAST_MISS: Final = 0.02
_PRIOR: Final = 4.0
_SHARE_WITH: Final = ("all", "one")
_BY_PLACE: Final = 1.0
"""Most that such a variant says, in nats: nobody has said that it changes the gene."""
_LEAST_SPAN: Final = 2
"""Known alleles that a stretch of a gene needs before a variant within it counts as one of the gene."""


@dataclass(frozen=True)
class Hit:
    """Variants of a patient in one gene.

    Attributes:
        copies: ``all`` where every copy is changed, or two alleles may lie on both; ``one``; ``unknown``.
        known: Diseases that one of the alleles is known to cause.
        how: ``named`` by the source, ``allele`` known, or ``place`` among known alleles.
    """

    gene: str
    candidates: tuple[Candidate, ...]
    copies: str
    known: frozenset[str]
    how: str


@dataclass(frozen=True)
class Panel:
    """What training cases say of genes.

    Attributes:
        genes: Of each disease, most frequent first.
        alleles: Gene, disease and publication of each known allele.
        spans: Chromosome, first and last place on GRCh38 of a gene's known alleles.
        all_copies: Share of cases in which all copies are changed, by disease.
        missed: Share of cases that no VCF of small variants would show.
        known: Share of cases with an allele that another publication has for the same disease.
    """

    genes: Mapping[str, tuple[str, ...]]
    alleles: Mapping[str, tuple[tuple[str, str, str], ...]]
    spans: Mapping[str, tuple[str, int, int]]
    all_copies: Mapping[str, float]
    missed: float
    known: float
    names: frozenset[str] = field(default_factory=frozenset)

    def hits(self, candidates: Iterable[Candidate], without: frozenset[str] = frozenset()) -> dict[str, Hit]:
        """Genes of the panel in which a patient has variants.

        Args:
            candidates: All variants of the patient.
            without: Publications whose alleles count as not known.
        """
        by_gene: dict[str, list[tuple[Candidate, str]]] = defaultdict(list)
        known: dict[str, set[str]] = defaultdict(set)
        for one in candidates:
            told = [found for found in self.alleles.get(one.allele, ()) if found[2] not in without]
            for gene, disease, _ in told:
                known[gene].add(disease)
            genes = {gene: "named" for gene in one.genes if gene in self.names}
            genes |= {gene: "allele" for gene, _, _ in told if gene not in genes}
            if not genes and not one.genes and not one.silent:
                genes = dict.fromkeys(self._around(one), "place")
            for gene, how in genes.items():
                by_gene[gene].append((one, how))
        return {
            gene: Hit(
                gene,
                tuple(one for one, _ in found),
                _copies([one for one, _ in found]),
                frozenset(known[gene]),
                found[0][1],
            )
            for gene, found in by_gene.items()
        }

    def _around(self, one: Candidate) -> list[str]:
        if not one.position:
            return []
        return [
            gene
            for gene, (chromosome, first, last) in self.spans.items()
            if chromosome == one.chromosome and first <= one.position <= last
        ]

    def evidence(self, hits: Mapping[str, Hit], diseases: Sequence[str]) -> np.ndarray:
        """Log likelihood ratio of what was found, for each disease.

        Numerator: how often cases of the disease are found so. Denominator: how often this patient's genome
        hits genes of the panel at all, so that a gene among few says more than one among many.
        """
        size = len(self.names) + 1
        rates = {
            kind: (sum(hit.copies in {kind, "unknown"} for hit in hits.values()) + 0.5) / size
            for kind in _SHARE_WITH
        }
        any_rate = (len(hits) + 0.5) / size
        known_rate = (sum(bool(hit.known) for hit in hits.values()) + 0.1) / (len(hits) + 1)
        nothing = float(np.log(self.missed / max(1 - any_rate, 1e-3)))
        found = np.full(len(diseases), nothing)
        for place, disease in enumerate(diseases):
            genes = self.genes.get(disease, ())
            if not genes:
                found[place] = 0.0  # no gene is known: a genome says nothing for or against it
            if hits.keys().isdisjoint(genes):
                continue
            for gene in genes:
                hit = hits.get(gene)
                if hit is not None:
                    ratio = self._ratio(hit, disease, rates, any_rate, known_rate)
                    found[place] = max(found[place], ratio)
        return found

    def _ratio(
        self, hit: Hit, disease: str, rates: Mapping[str, float], any_rate: float, known_rate: float
    ) -> float:
        share = self.all_copies[disease]
        if hit.copies == "unknown":
            ratio = 1 / any_rate
        else:
            ratio = (share if hit.copies == "all" else 1 - share) / rates[hit.copies]
        is_known = disease in hit.known
        ratio *= self.known / known_rate if is_known else (1 - self.known) / max(1 - known_rate, 0.1)
        found = float(np.log(max((1 - self.missed) * ratio, 1e-6)))
        return min(found, _BY_PLACE) if hit.how == "place" else found

    def as_json(self) -> dict[str, Any]:
        """For the file of words."""
        return {
            "genes": {disease: list(genes) for disease, genes in self.genes.items()},
            "alleles": {name: [list(one) for one in found] for name, found in self.alleles.items()},
            "all_copies": {disease: round(share, 4) for disease, share in self.all_copies.items()},
            "missed": self.missed,
            "known": self.known,
        }


def _copies(found: Sequence[Candidate]) -> str:
    if any(one.copies == "all" for one in found) or len({one.allele or one.place for one in found}) > 1:
        return "all"
    return "unknown" if found[0].copies == "unknown" else "one"


def panel_of(cases: Sequence[Case]) -> Panel:
    """Learn the panel of training cases."""
    genes: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    alleles: dict[str, dict[tuple[str, str, str], None]] = defaultdict(dict)
    copies: dict[str, list[bool]] = defaultdict(list)
    for case in cases:
        for gene in case.genes:
            genes[case.disease][gene] += 1
        if len(case.genes) == 1:
            for name in case.alleles:
                alleles[name][case.genes[0], case.disease, case.publication] = None
        if case.copies in _SHARE_WITH:
            copies[case.disease].append(case.copies == "all")
    told_copies = [float(one) for found in copies.values() for one in found]
    usual = float(np.mean(told_copies)) if told_copies else 0.5
    told = [case for case in cases if case.genes]
    missed = sum(not case.alleles for case in told) / max(len(told), 1)
    return assembled(
        {name: tuple(sorted(found, key=lambda gene: -found[gene])) for name, found in genes.items()},
        {name: tuple(found) for name, found in alleles.items()},
        {name: _smoothed(copies.get(name, []), usual) for name in {case.disease for case in cases}},
        max(missed, _LEAST_MISS),
        _known_share(told, alleles),
    )


def assembled(
    genes: Mapping[str, tuple[str, ...]],
    alleles: Mapping[str, tuple[tuple[str, str, str], ...]],
    all_copies: Mapping[str, float],
    missed: float,
    known: float,
) -> Panel:
    """A panel of its parts; spans and names follow from them."""
    names = frozenset(gene for found in genes.values() for gene in found)
    return Panel(genes, alleles, _spans(alleles), all_copies, missed, known, names)


def from_json(facts: Mapping[str, Any]) -> Panel:
    """What `Panel.as_json` made.

    Raises:
        KeyError, TypeError, ValueError: Where it is something else.
    """
    return assembled(
        {str(disease): tuple(map(str, genes)) for disease, genes in facts["genes"].items()},
        {
            str(name): tuple((str(gene), str(disease), str(paper)) for gene, disease, paper in found)
            for name, found in facts["alleles"].items()
        },
        {str(disease): float(share) for disease, share in facts["all_copies"].items()},
        float(facts["missed"]),
        float(facts["known"]),
    )


def _smoothed(found: Sequence[bool], usual: float) -> float:
    return min(max((sum(found) + _PRIOR * usual) / (len(found) + _PRIOR), 0.02), 0.98)


def _known_share(cases: Sequence[Case], alleles: Mapping[str, Mapping[tuple[str, str, str], None]]) -> float:
    """Share of cases with an allele that is known without their own publication."""
    shown = [case for case in cases if case.alleles]
    known = sum(
        any(
            disease == case.disease and paper != case.publication
            for name in case.alleles
            for _, disease, paper in alleles.get(name, ())
        )
        for case in shown
    )
    return (known + 1) / (len(shown) + 2)


def _spans(
    alleles: Mapping[str, Iterable[tuple[str, str, str]]],
) -> dict[str, tuple[str, int, int]]:
    places: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for name, found in alleles.items():
        chromosome, position, _, _ = name.split("-")
        for gene in {gene for gene, _, _ in found}:
            places[gene][chromosome].append(int(position))
    return {
        gene: (chromosome, min(found), max(found))
        for gene, by_chromosome in places.items()
        for chromosome, found in list(by_chromosome.items())[:1]
        if len(found) >= _LEAST_SPAN
    }
