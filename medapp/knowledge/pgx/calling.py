"""Genes that act on medicines, called from the variants of one sample and the reports of other methods."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from medapp.domain.genome import GeneCall
from medapp.knowledge.pgx.combining import combinations
from medapp.knowledge.pgx.lowest import components, two_lowest
from medapp.knowledge.pgx.matching import best_of, candidates, incomplete, uncallable
from medapp.knowledge.pgx.meaning import activities, diplotype, haplotype, sides
from medapp.knowledge.pgx.messages import matching
from medapp.knowledge.pgx.outside import not_called, outside_call
from medapp.knowledge.pgx.reasons import explained
from medapp.knowledge.pgx.rules import FALLBACK, LOWEST_FUNCTION, OUTSIDE_ONLY
from medapp.knowledge.pgx.seen import extra, look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from medapp.domain.genome import Assembly, Diplotype, Variant
    from medapp.knowledge.pgx.matching import Candidate
    from medapp.knowledge.pgx.outside import OutsideCall
    from medapp.knowledge.pgx.seen import Lines, Seen
    from medapp.knowledge.pgx.tables import Definition, Tables

ALSO_POSSIBLE = "also possible"
"""Name of the fact that lists diplotypes which explain the genotypes too, with a lower score."""


def relevant(
    variants: Iterable[Variant], tables: Tables, *, cancelled: Callable[[], bool] | None = None
) -> Lines:
    """The lines of a file at positions of the tables; memory is flat in the number of the others."""
    lines: Lines = {}
    for count, one in enumerate(variants):
        if cancelled is not None and count % 4096 == 0 and cancelled():
            break
        place = (one.chromosome, one.position)
        if place in tables.places:
            lines.setdefault(place, []).append(one)
    return lines


def call_sample(
    lines: Lines,
    tables: Tables,
    *,
    sample: int = 0,
    assembly: Assembly | None = "GRCh38",
    outside: Sequence[OutsideCall] = (),
    research: bool = False,
) -> tuple[GeneCall, ...]:
    """Every gene of the tables and of the outside calls, in the order of their symbols.

    Args:
        lines: From `relevant`.
        tables: Positions on GRCh38.
        sample: Index of the sample in the header of the file.
        assembly: Of the file. Nothing is called on another than GRCh38; where it is not known the bases of
            the reference decide at each position.
        outside: Calls of other methods; they stand above those from the file.
        research: Whether combinations and partial alleles are called where nothing else fits.
    """
    reported: dict[str, list[OutsideCall]] = {}
    for line in outside:
        reported.setdefault(line.gene, []).append(line)
    genes = sorted({*tables.definitions, *tables.phenotypes, *OUTSIDE_ONLY, *reported})
    calls = []
    for gene in genes:
        if gene in reported:
            calls.append(outside_call(tables, gene, reported[gene]))
        elif gene in OUTSIDE_ONLY:
            calls.append(not_called(tables, gene))
        elif gene in tables.definitions:
            definition = tables.definitions[gene]
            calls.append(
                call_gene(lines, tables, definition, sample=sample, assembly=assembly, research=research)
            )
    return tuple(calls)


def call_gene(
    lines: Lines,
    tables: Tables,
    definition: Definition,
    *,
    sample: int = 0,
    assembly: Assembly | None = "GRCh38",
    research: bool = False,
) -> GeneCall:
    """One gene from the variants alone."""
    empty = GeneCall(definition.gene, "no-call", tables=tables.named(definition.gene))
    if assembly == "GRCh37":
        return replace(empty, notes=("The file is on GRCh37; the positions of the tables are on GRCh38.",))
    seen = look(definition, lines, sample)
    if assembly is None and seen.spots:
        seen.notes.append("The assembly is not stated; the bases of the reference agree with GRCh38.")
    base = replace(
        empty,
        phased=seen.is_phased and bool(seen.spots),
        missing=tuple(seen.missing),
        facts=extra(definition, lines, sample),
    )
    reason = _cannot_call(definition, seen)
    if reason:
        return _fallback(tables, definition, seen, _noted(base, seen, reason))
    if seen.missing:
        told = f"Told from {len(seen.spots)} of {len(definition.positions)} positions."
        base = replace(base, notes=(told,))
    if definition.gene in LOWEST_FUNCTION:
        call = _by_components(tables, definition, seen, base)
    else:
        call = _by_names(tables, definition, seen, base, research=research)
    return explained(call, tables)


def _cannot_call(definition: Definition, seen: Seen) -> str:
    if not seen.spots:
        return "No position of this gene is called in the file; what is missing is not the reference."
    if seen.mixed:
        return "One allele is given at some positions and two at others; the number of copies cannot be told."
    lost = [
        place.name
        for index, place in enumerate(definition.positions)
        if place.position in definition.exemption.required_positions and index not in seen.spots
    ]
    if lost:
        return f"Positions without which this gene is not called are missing: {', '.join(lost)}."
    partial = [definition.positions[index].name for index, spot in seen.spots.items() if spot.is_partial]
    if partial and definition.gene not in LOWEST_FUNCTION:
        return f"Only one of two alleles is called at {', '.join(partial)}."
    return ""


def _noted(call: GeneCall, seen: Seen, *more: str) -> GeneCall:
    return replace(call, notes=tuple(dict.fromkeys([*call.notes, *seen.notes, *more])))


def _by_names(
    tables: Tables, definition: Definition, seen: Seen, base: GeneCall, *, research: bool
) -> GeneCall:
    """The pairs of named alleles that explain the genotypes."""
    found = candidates(definition, seen)
    if not found and research:
        found = combinations(definition, seen)
        if found:
            base = replace(
                base, notes=(*base.notes, "Combinations and partial alleles are for research only.")
            )
    if not found:
        return _fallback(
            tables, definition, seen, _noted(base, seen, "No pair of named alleles explains the genotypes.")
        )
    chosen = best_of(definition, found, seen)
    lost = uncallable(definition, seen)
    texts = matching(
        tables,
        definition,
        seen,
        diplotypes=[_text(one) for one in chosen],
        alleles={name for one in chosen for name in one.names},
        lost={*lost, *incomplete(definition, seen)},
    )
    call = replace(
        base,
        status="called",
        diplotypes=tuple(diplotype(tables, definition.gene, one.names) for one in chosen),
        facts=base.facts + _others(found, chosen),
    )
    return _noted(call, seen, *_not_told(lost), *_not_ruled_out(definition, seen, found, chosen), *texts)


def _others(found: Sequence[Candidate], chosen: Sequence[Candidate]) -> tuple[tuple[str, str], ...]:
    return tuple((ALSO_POSSIBLE, _text(one)) for one in found if one not in chosen)


def _not_ruled_out(
    definition: Definition, seen: Seen, found: Sequence[Candidate], chosen: Sequence[Candidate]
) -> list[str]:
    """Alleles that only a lower score leaves out, and that the missing positions would have told."""
    named = {name for one in chosen for name in one.names}
    others = {name for one in found for name in one.names} - named
    doubtful = [name for name in incomplete(definition, seen) if name in others]
    if not doubtful:
        return []
    return [f"Cannot be ruled out, as some of their positions are missing: {', '.join(doubtful)}."]


def _text(one: Candidate) -> str:
    return "/".join(one.names)


def _not_told(lost: Sequence[str]) -> list[str]:
    if not lost:
        return []
    return [f"Cannot be told, as their positions are missing: {', '.join(lost)}."]


def _by_components(tables: Tables, definition: Definition, seen: Seen, base: GeneCall) -> GeneCall:
    """Variant by variant; guidelines are looked up with the two of the lowest function."""
    gene, reference = definition.gene, definition.reference.name
    found = components(definition, seen)
    lost = _not_told(uncallable(definition, seen))
    partial = [definition.positions[index].name for index, spot in seen.spots.items() if spot.is_partial]
    if partial:
        lost.append(
            f"Only one of two alleles is called at {', '.join(partial)}; nothing is told of the other."
        )
    if found.pairs:
        both = [sides(tables, gene, pair, reference) for pair in found.pairs]
        shown = tuple(one for one, _ in both)
        inferred = _least([one for _, one in both])
        call = replace(base, status="called", diplotypes=shown)
        if shown != (inferred,):
            call = replace(call, recommended=(inferred,))
        return _noted(call, seen, *lost)
    names = two_lowest(found.loose, activities(tables, gene), reference)
    call = replace(
        base,
        status="called",
        components=tuple(haplotype(tables, gene, name) for name in found.loose),
        recommended=(diplotype(tables, gene, sorted(names, key=lambda name: name != reference)),),
    )
    note = "It cannot be told which variants are on one chromosome; the two of the lowest function are used."
    return _noted(call, seen, *lost, note)


def _least(found: Sequence[Diplotype]) -> Diplotype:
    """The lowest score; the first where several are equal or none is known."""
    return min(found, key=lambda one: float("inf") if one.score is None else one.score)


def _fallback(tables: Tables, definition: Definition, seen: Seen, call: GeneCall) -> GeneCall:
    """One position that stands for a gene without a call, where a guideline allows that."""
    rsid = FALLBACK.get(definition.gene)
    for index, spot in seen.spots.items():
        place = definition.positions[index]
        if place.rsid != rsid or None in spot.alleles or len(spot.alleles) == 1:
            continue
        names = [_alone(definition, index, allele) for allele in spot.alleles]
        if None in names:
            continue
        inferred = diplotype(tables, definition.gene, sorted(name for name in names if name))
        genotype = "/".join(sorted(one for one in spot.alleles if one))
        note = f"No diplotype was called; {rsid} alone is used for recommendations."
        return replace(
            call,
            recommended=(inferred,),
            facts=(*call.facts, (rsid, genotype)),
            notes=(*call.notes, note),
        )
    return call


def _alone(definition: Definition, index: int, base: str | None) -> str | None:
    """The allele that a base makes when nothing else is looked at."""
    if base == definition.reference.bases[index]:
        return definition.reference.name
    single = (one for one in definition.alleles if one.defined == {index} and one.bases[index] == base)
    return next((one.name for one in single), None)
