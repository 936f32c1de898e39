"""Recommendations of CPIC and DPWG for PharmCAT's example, against PharmCAT's own report of it."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from medapp.domain.genome import Genome
from medapp.domain.recommendation import Drug
from medapp.knowledge.pgx import OutsideCall, call_sample, read_outside, relevant
from medapp.knowledge.therapy.checks import check_medicines
from medapp.knowledge.therapy.genes import SOURCES
from tests.bench.bench_pgx import unzipped, variants_of
from tests.bench.harness import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from medapp.knowledge.pgx import Tables
    from medapp.knowledge.therapy.loading import DrugTables

EXPLAINED = ROOT / "tests" / "bench" / "therapy_differences.tsv"
NAME = "pharmcat.example"
Key = tuple[str, str, str]
"""Source, medicine, id of the guideline."""


@dataclass(frozen=True, order=True)
class Said:
    """One recommendation, without markup.

    Attributes:
        genes: What it was looked up by; the two versions write some by score, some by phenotype.
    """

    population: str
    strength: str
    text: str
    genes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Compared:
    """One guideline's recommendations for one medicine.

    Attributes:
        what: ``equal`` in population, strength and text; ``missing``: the guideline is not in the tables;
            ``chart``: it is, without single recommendations; ``strength``: its name alone differs;
            ``text``: of the same results of genes; ``other``.
    """

    key: Key
    what: str


def golden(folder: Path) -> dict[Key, set[Said]]:
    """What PharmCAT's report says; a guideline without an annotation has an empty set."""
    found: defaultdict[Key, set[Said]] = defaultdict(set)
    drugs = unzipped(folder / f"{NAME}.report.json.gz")["drugs"]
    for source in SOURCES:
        for drug, report in drugs[f"{source} Guideline Annotation"].items():
            for guideline in report["guidelines"]:
                here = found[source, drug, guideline["id"]]
                here.update(_said(one) for one in guideline["annotations"])
    return dict(found)


def _said(raw: dict[str, Any]) -> Said:
    genes = {(gene, str(result)) for one in raw["lookupKey"] for gene, result in one.items()}
    strength, text = raw["classification"] or "", plain(raw["drugRecommendation"] or "")
    return Said(raw["population"] or "", strength, text, tuple(sorted(genes)))


def plain(text: str) -> str:
    """Without markup."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", text))).strip()


def ours(folder: Path, tables: DrugTables, pgx: Tables) -> dict[Key, set[Said]]:
    """What `check_medicines` says of each medicine that a guideline is about."""
    assert tables.guidelines is not None
    lines = relevant(variants_of(folder / f"{NAME}.vcf"), pgx)
    read = read_outside(folder / f"{NAME}.outsideCall.tsv", "outside")
    outside = [one for one in read if isinstance(one, OutsideCall)]
    genome = Genome(calls=tuple(call_sample(lines, pgx, outside=outside)))
    rules = tables.guidelines.recommendations
    results = {
        (one.guideline, one.identifier): tuple(
            sorted((gene, str(result)) for gene, result in one.results.items())
        )
        for one in rules
    }
    found: defaultdict[Key, set[Said]] = defaultdict(set)
    for drug in sorted({name for one in rules for name in one.drugs}):
        checks = check_medicines(None, genome, [Drug(drug)], tables, on=date(2026, 1, 1))
        for one in checks.checks:
            if one.kind == "pharmacogenomics" and one.advice:
                source = one.citation.title.split()[0]
                guideline, identifier = one.citation.identifier.split()
                genes = results[guideline, identifier]
                said = Said(one.citation.population, one.citation.strength, one.advice, genes)
                found[source, drug, guideline].add(said)
    return dict(found)


def compare(folder: Path, tables: DrugTables, pgx: Tables) -> Iterator[Compared]:
    """Every guideline of both."""
    assert tables.guidelines is not None
    wanted, found = golden(folder), ours(folder, tables, pgx)
    present = {one.guideline for one in tables.guidelines.recommendations}
    charts = {one.guideline for one in tables.guidelines.unlisted}
    for key in sorted({*wanted, *found}):
        here, there = wanted.get(key, set()), found.get(key, set())
        what = "chart" if key[2] in charts else _what(here, there)
        yield Compared(key, what if key[2] in present | charts else "missing")


def _what(wanted: set[Said], found: set[Said]) -> str:
    for what, part in (
        ("equal", lambda one: (one.population, one.strength, one.text)),
        ("strength", lambda one: (one.population, one.text)),
        ("text", lambda one: (one.population, one.genes)),
    ):
        if sorted(map(part, wanted)) == sorted(map(part, found)):
            return what
    return "other"


def explained() -> set[tuple[str, ...]]:
    """Differences that the file beside explains: source, medicine, guideline, what differs."""
    lines = EXPLAINED.read_text(encoding="utf-8").splitlines()[1:]
    return {tuple(line.split("\t")[:4]) for line in lines if line}
