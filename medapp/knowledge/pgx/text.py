"""Calls as they are written in reports."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from medapp.knowledge.pgx.rules import FALLBACK, PLAIN_REFERENCE

if TYPE_CHECKING:
    from medapp.domain.genome import Diplotype, GeneCall
    from medapp.knowledge.pgx.tables import Tables

UNKNOWN = "Unknown/Unknown"


def source_lines(call: GeneCall, tables: Tables) -> tuple[str, ...]:
    """What was found: diplotypes, or single variants where the chromosomes cannot be told apart."""
    if call.components:
        counts = Counter(one.name for one in call.components)
        return tuple(name + (" (homozygous)" if count > 1 else "") for name, count in counts.items())
    if not call.diplotypes:
        return (UNKNOWN,)
    return tuple(diplotype_text(one, call.gene, tables) for one in call.diplotypes)


def printed_lines(call: GeneCall, tables: Tables) -> tuple[str, ...]:
    """What a report shows: as above, or the genotype of the position that stands for the gene."""
    if call.status == "no-call" and call.recommended and call.gene in FALLBACK:
        rsid = FALLBACK[call.gene]
        genotype = dict(call.facts).get(rsid, "")
        return ("/".join(f"{rsid} {base}" for base in genotype.split("/")),)
    return source_lines(call, tables)


def recommended(call: GeneCall) -> tuple[Diplotype, ...]:
    """What guidelines are looked up with."""
    return call.recommended or call.diplotypes


def diplotype_text(one: Diplotype, gene: str, tables: Tables) -> str:
    """``*1/*2``; the phenotype where an outside report has no more, with its score."""
    if not one.haplotypes:
        return one.phenotype if one.score is None else f"{one.phenotype} ({one.score:g})"
    definition = tables.definitions.get(gene)
    plain = PLAIN_REFERENCE.get(gene)
    names = [
        plain if plain and definition and each.name == definition.reference.name else each.name
        for each in one.haplotypes
    ]
    return "/".join(names)
