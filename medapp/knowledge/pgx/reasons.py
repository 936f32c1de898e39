"""Why a diplotype has no phenotype, in a sentence: nobody should have to guess what an empty cell means."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from medapp.knowledge.pgx.hla import hla_notes
from medapp.knowledge.pgx.rules import ELSEWHERE, HLA_MARKERS, OF_REFERENCES
from medapp.knowledge.pgx.text import recommended

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from medapp.domain.genome import Diplotype, GeneCall
    from medapp.knowledge.pgx.tables import Phenotypes, Tables

_PREFIX = re.compile(r"^(?:[cgm]\.|\*)")
_BRACKET = re.compile(r"\(([^()]*)\)")


def explained(call: GeneCall, tables: Tables) -> GeneCall:
    """A call with a note for each diplotype that has no phenotype, and where the phenotypes are from."""
    if call.status == "no-call":
        return call
    notes = [*call.notes, *_older(call.gene, tables)]
    for one in recommended(call):
        notes += _why(tables, call.gene, one)
    return replace(call, notes=tuple(dict.fromkeys(notes)))


def _older(gene: str, tables: Tables) -> Iterator[str]:
    table = tables.phenotypes.get(gene)
    if table is not None and table.version < tables.newest:
        place = f"{table.folder}, version {table.version}" if table.folder else f"version {table.version}"
        yield f"The newest tables have no phenotypes of this gene; those of {place}, were used."


def _why(tables: Tables, gene: str, one: Diplotype) -> Iterator[str]:
    names = [each.name for each in one.haplotypes]
    table = tables.phenotypes.get(gene)
    if gene in HLA_MARKERS:
        yield from hla_notes(gene, names)
    elif table is None:
        yield from _without_table(tables, gene, one)
    elif names and table.meaning(names) is None and one.score is None:
        yield from _without_pair(table, names)


def _without_table(tables: Tables, gene: str, one: Diplotype) -> Iterator[str]:
    named = ", ".join(tables.folders)
    told = f"The tables that were read{f' ({named})' if named else ''} have no phenotypes of {gene}"
    definition = tables.definitions.get(gene)
    reference = definition.reference.name if definition else ""
    others = list(dict.fromkeys(each.name for each in one.haplotypes if each.name != reference))
    if not one.haplotypes:
        yield f"{told}; what was reported is shown as it is."
    elif gene in OF_REFERENCES and not others:
        yield f"{told}; that of the reference is stated by CPIC's guideline."
    elif gene in OF_REFERENCES and not one.phenotype:
        yield (
            f"{told}; that of the reference is stated by CPIC's guideline, that of {', '.join(others)} is "
            "not known here, which does not mean normal. Look it up in the guideline's own table."
        )
    elif not one.phenotype:
        yield f"{told}, so none is given.{ELSEWHERE.get(gene, '')}"


def _without_pair(table: Phenotypes, names: Sequence[str]) -> Iterator[str]:
    where = table.folder or f"version {table.version}"
    if not table.meanings:
        yield f"The table of {table.gene} ({where}) gives functions of alleles, but no phenotypes."
        return
    unknown = [name for name in dict.fromkeys(names) if name not in table.haplotypes]
    for name in unknown:
        yield f"{name} is no allele of the table of {table.gene} ({where}), so it has no phenotype."
        for like in _alike(table, name):
            function = table.haplotypes[like].function
            told = f" ({function})" if function else ""
            yield f"The table has {like}{told}: if that is meant, write it so and call again."
    if unknown:
        return
    expected = {sum(count for _, count in pair) for pair in table.meanings}
    if len(names) not in expected:
        wanted = " or ".join(str(count) for count in sorted(expected))
        yield f"{len(names)} allele(s) given where the table has {wanted}: the other is not known."
        return
    yield f"The table of {table.gene} ({where}) has no phenotype of {'/'.join(names)}."


def _alike(table: Phenotypes, name: str) -> list[str]:
    """Alleles that are written alike: without the prefix, or by the name in brackets."""
    wanted = _spellings(name)
    found = [known for known in table.haplotypes if wanted & _spellings(known)]
    return found if len(found) == 1 else []


def _spellings(name: str) -> set[str]:
    plain = _BRACKET.sub("", name).strip()
    parts = [plain, *_BRACKET.findall(name)]
    return {_PREFIX.sub("", part).lower() for part in parts if part}
