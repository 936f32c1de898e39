"""Genomes to learn and measure with: the variants of a case among variants of other genes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp_classification.rare_disease.variants import Candidate

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from medapp_classification.rare_disease.cases import Case

BACKGROUND: Final = (5, 10, 20, 50)
"""Numbers of other genes with a candidate variant that genomes are made with.

An exome has some 300 rare variants that change a protein; of 20,000 genes the panel has about 540, so that
8 of them are hit by chance.
"""


class Donors:
    """Cases whose variants serve as the background of others: all of them were held to cause a disease."""

    def __init__(self, cases: Sequence[Case]) -> None:
        """Keep one list of cases for each gene, so that genes with many cases are not drawn more often."""
        self._by_gene: dict[str, list[Case]] = {}
        for case in cases:
            if len(case.genes) == 1 and case.alleles:
                self._by_gene.setdefault(case.genes[0], []).append(case)
        self._genes = sorted(self._by_gene)

    def genome(
        self, case: Case, count: int, random: np.random.Generator
    ) -> tuple[list[Candidate], frozenset[str]]:
        """Variants of a case and of `count` other genes, with the publications that they are from.

        Each other gene has one allele of a case drawn at random, on one copy: so healthy people carry rare
        variants. All of these alleles were held to cause a disease, which few of a real genome's were.
        """
        found = candidates_of_case(case)
        papers = {case.publication}
        free = [gene for gene in self._genes if gene not in case.genes]
        for gene in random.choice(free, size=min(count, len(free)), replace=False):
            drawn = self._by_gene[str(gene)]
            donor = drawn[int(random.integers(len(drawn)))]
            papers.add(donor.publication)
            name = donor.alleles[int(random.integers(len(donor.alleles)))]
            found.append(Candidate(name, donor.genes, "one", name))
        return found, frozenset(papers)


def candidates_of_case(case: Case) -> list[Candidate]:
    """What a VCF of the case would show."""
    gene = case.genes[:1]
    single = case.copies if len(case.alleles) == 1 else "one"
    return [Candidate(name, gene, single, name) for name in case.alleles]
