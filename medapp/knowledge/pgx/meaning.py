"""What alleles and diplotypes mean: function, activity score, phenotype, by the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.genome import Diplotype, Haplotype
from medapp.knowledge.pgx.hla import hla_status
from medapp.knowledge.pgx.lowest import lowest
from medapp.knowledge.pgx.names import combined
from medapp.knowledge.pgx.rules import HLA_MARKERS, OF_REFERENCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.knowledge.pgx.tables import Tables

INDETERMINATE = "Indeterminate"


def haplotype(tables: Tables, gene: str, name: str) -> Haplotype:
    """An allele with its function; without one where the tables do not know it."""
    table = tables.phenotypes.get(gene)
    known = table.haplotypes.get(name) if table else None
    return known or Haplotype(name)


def diplotype(tables: Tables, gene: str, names: Sequence[str]) -> Diplotype:
    """Alleles with their phenotype and score.

    CPIC calls what it has no pair for indeterminate, where it uses that word for the gene at all.
    """
    haplotypes = tuple(haplotype(tables, gene, name) for name in names)
    table = tables.phenotypes.get(gene)
    if gene in HLA_MARKERS:
        return Diplotype(haplotypes, "; ".join(hla_status(gene, names)))
    if table is None:
        return Diplotype(haplotypes, _of_references(tables, gene, names))
    meaning = table.meaning(names)
    if meaning is not None:
        return Diplotype(haplotypes, meaning.phenotype, meaning.score)
    return Diplotype(haplotypes, INDETERMINATE if INDETERMINATE in table.known else "")


def activities(tables: Tables, gene: str) -> dict[str, float]:
    """Activity of each allele, by which the lowest is chosen.

    Genes without activity values rank by the functions. What the tables do not know is not in here and ranks
    lowest, so that it is never hidden behind an allele that is known to be harmless.
    """
    table = tables.phenotypes.get(gene)
    found: dict[str, float] = {}
    for name, one in (table.haplotypes if table else {}).items():
        found[name] = _rank(one.function) if one.activity is None else one.activity
    definition = tables.definitions.get(gene)
    if definition is not None:
        found.setdefault(definition.reference.name, 1.0)
    return found


def sides(
    tables: Tables, gene: str, pair: Sequence[Sequence[str]], reference: str
) -> tuple[Diplotype, Diplotype]:
    """The diplotype as it was found, and the one of the lowest function of each chromosome."""
    activity = activities(tables, gene)
    chosen = tuple(lowest(side, activity, reference) for side in pair)
    inferred = diplotype(tables, gene, chosen)
    shown = []
    for side, name in zip(pair, chosen, strict=True):
        known = haplotype(tables, gene, name)
        shown.append(Haplotype(combined(side or (reference,)), known.function, known.activity))
    return Diplotype(tuple(shown), inferred.phenotype, inferred.score), inferred


def _rank(function: str) -> float:
    text = function.lower()
    if text.startswith("normal"):
        return 1.0
    return 0.5 if text.startswith(("decreased", "uncertain", "unknown")) else 0.0


def _of_references(tables: Tables, gene: str, names: Sequence[str]) -> str:
    """The phenotype of two references, where a guideline states it and no table is there."""
    definition = tables.definitions.get(gene)
    if definition is None or any(name != definition.reference.name for name in names):
        return ""
    return OF_REFERENCES.get(gene, "")
