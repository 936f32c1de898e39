"""Tables of made-up genes, and samples at their positions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from medapp.domain.genome import Genotype, Variant
from medapp.knowledge.pgx import call_sample, load_tables, relevant

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.genome import GeneCall
    from medapp.knowledge.pgx import OutsideCall, Tables

VERSION = "2031-01-01"
PLACES = {
    100: ("A", ["G"]),
    200: ("C", ["T"]),
    300: ("T", ["C"]),
    400: ("G", ["GA"]),
    500: ("CAT", ["C", "CATAT"]),
}
ALLELES = {
    "*1": dict(zip(PLACES, ["A", "C", "T", "G", "CAT"], strict=True)),
    "*2": {100: "G"},
    "*3": {200: "T"},
    "*4": {100: "G", 200: "T"},
    "*5": {200: "Y", 300: "C"},
    "*6": {500: "CATAT"},
    "*7": {400: "GA"},
    "*9": {100: "G", 500: "C"},
}
FUNCTIONS = {"*1": "Normal function", "*2": "No function", "*3": "Decreased function", "*4": "No function"}
SINGLES = {
    "Reference": dict(zip(PLACES, ["A", "C", "T", "G", "CAT"], strict=True)),
    "c.1A>G": {100: "G"},
    "c.2C>T": {200: "T"},
    "c.3T>C": {300: "C"},
    "c.2C>T, c.4insA (Hap)": {200: "T", 400: "GA"},
    "c.5del": {500: "C"},
}
ACTIVITIES = {
    "Reference": "1.0",
    "c.1A>G": "0.0",
    "c.2C>T": "0.5",
    "c.3T>C": "1.0",
    "c.2C>T, c.4insA (Hap)": "0.5",
    "c.5del": "0.0",
}


def definition(gene: str, alleles: dict[str, dict[int, str]], chromosome: str = "chr5") -> dict[str, Any]:
    """A table of alleles as it is published; the first is the reference."""
    first = next(iter(alleles))
    return {
        "gene": gene,
        "chromosome": chromosome,
        "version": VERSION,
        "variants": [
            {
                "chromosome": chromosome,
                "position": place,
                "rsid": f"rs{place}",
                "chromosomeHgvsName": f"g.{place}{ref}>{alts[0]}" if len(ref) == 1 else f"g.{place}change",
                "ref": ref,
                "alts": alts,
            }
            for place, (ref, alts) in PLACES.items()
        ],
        "namedAlleles": [
            {"name": name, "alleles": [bases.get(place) for place in PLACES], "reference": name == first}
            for name, bases in alleles.items()
        ],
    }


def phenotypes(gene: str, functions: dict[str, str], scores: dict[str, str] | None = None) -> dict[str, Any]:
    """A table of phenotypes: by function, or by score where there are scores."""
    names = list(scores or functions)
    pairs = []
    for i, a in enumerate(names):
        for b in names[i:]:
            total = float(scores[a]) + float(scores[b]) if scores else None
            bad = [functions.get(a, "Normal function"), functions.get(b, "Normal function")].count(
                "No function"
            )
            phenotype = ("Normal", "Intermediate", "Poor")[bad] if total is None else by_total(total)
            pairs.append(
                {
                    "diplotypekey": {a: 2} if a == b else {a: 1, b: 1},
                    "phenotype": f"{phenotype} Metabolizer",
                    "activityScore": None if total is None else str(total),
                }
            )
    if not scores:
        pairs.append(
            {"diplotypekey": {"*1": 1, "*5": 1}, "phenotype": "Indeterminate", "activityScore": None}
        )
    return {
        "gene": gene,
        "version": VERSION,
        "diplotypes": pairs,
        "namedAlleles": [
            {
                "name": name,
                "functionValue": functions.get(name, ""),
                "activityValue": (scores or {}).get(name),
            }
            for name in names
        ],
    }


def by_total(total: float) -> str:
    """The phenotype of an activity score."""
    return "Normal" if total >= 2 else "Poor" if total < 1 else "Intermediate"


def write(folder: Path, part: str, name: str, raw: object) -> None:
    """One file of the tables."""
    (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / part / f"{name}.json").write_text(json.dumps(raw), encoding="utf-8")


def make_tables(folder: Path) -> Tables:
    """GENE9 with star alleles, DPYD with single variants, G6PD on X, and CYP2D6 with phenotypes only."""
    alleles, meanings = "v9.1.0_definition_alleles", "v9.1.0_phenotype"
    write(folder, alleles, "GENE9_translation", definition("GENE9", ALLELES))
    write(folder, alleles, "DPYD_translation", definition("DPYD", SINGLES, "chr6"))
    write(
        folder, alleles, "G6PD_translation", definition("G6PD", {"B": ALLELES["*1"], "A": {100: "G"}}, "chrX")
    )
    write(folder, meanings, "GENE9", phenotypes("GENE9", FUNCTIONS))
    write(folder, meanings, "DPYD", phenotypes("DPYD", {}, ACTIVITIES))
    copies = {"*1": "1.0", "*4": "0.0", "*1x≥3": "3.0"}
    write(folder, meanings, "CYP2D6", phenotypes("CYP2D6", {}, copies))
    return load_tables(folder)


def line(
    place: int,
    genotype: str,
    *,
    chromosome: str = "chr5",
    reference: str | None = None,
    alternates: tuple[str, ...] | None = None,
    phase_set: int | None = None,
    filters: tuple[str, ...] | None = (),
) -> Variant:
    """One line of a file with one sample."""
    known = PLACES.get(place, ("A", ["G"]))
    alleles = tuple(None if one == "." else int(one) for one in genotype.replace("|", "/").split("/"))
    return Variant(
        chromosome=chromosome,
        position=place,
        ids=(),
        reference=known[0] if reference is None else reference,
        alternates=tuple(known[1]) if alternates is None else alternates,
        quality=None,
        filters=filters,
        genotypes=(Genotype(alleles, "|" in genotype, phase_set),),
    )


def sample(chromosome: str = "chr5", plain: str = "0/0", **genotypes: str | None) -> list[Variant]:
    """All positions as `plain` but those given: ``p100="0/1"``, None to leave a position out."""
    found = []
    for place in PLACES:
        genotype = genotypes.get(f"p{place}", plain)
        if genotype is not None:
            text, _, phase_set = genotype.partition(":")
            found.append(
                line(place, text, chromosome=chromosome, phase_set=int(phase_set) if phase_set else None)
            )
    return found


def call(
    tables: Tables, variants: list[Variant], gene: str = "GENE9", *outside: OutsideCall, **more: Any
) -> GeneCall:
    """One gene of a sample."""
    calls = call_sample(relevant(variants, tables), tables, outside=outside, **more)
    return next(one for one in calls if one.gene == gene)


def names(found: GeneCall) -> list[str]:
    """Its diplotypes."""
    return [one.name for one in found.diplotypes]
