"""Notes that the tables attach to a call: ambiguous diplotypes, alleles that could not be looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from medapp.knowledge.pgx.seen import Seen
    from medapp.knowledge.pgx.tables import Definition, Message, Tables

AMBIGUITY = "ambiguity"


def matching(
    tables: Tables,
    definition: Definition,
    seen: Seen,
    *,
    diplotypes: Collection[str],
    alleles: Collection[str],
    lost: Collection[str],
) -> Iterator[str]:
    """Texts of all messages of the gene whose conditions hold.

    A message without a condition, or one about single medicines, is none about this call.
    """
    heterozygous = {
        definition.positions[index].rsid for index, spot in seen.spots.items() if spot.is_heterozygous
    }
    for one in tables.messages:
        if one.gene != definition.gene or not one.text or _is_general(one):
            continue
        if one.kind == AMBIGUITY and seen.is_effectively_phased:
            continue
        if (
            _meets(one.called, alleles)
            and _meets(one.diplotypes, diplotypes)
            and _meets(one.alleles_missing, lost)
            and _meets(one.positions_missing, seen.missing)
            and _meets(one.heterozygous, heterozygous)
        ):
            yield one.text


def _is_general(one: Message) -> bool:
    conditions = (one.called, one.alleles_missing, one.positions_missing, one.heterozygous, one.diplotypes)
    return not any(conditions)


def _meets(wanted: Collection[str], found: Collection[str]) -> bool:
    return not wanted or any(word in found for word in wanted)
