"""Calls of genes that act on medicines against what PharmCAT's tests expect, and the time of a sample."""

from __future__ import annotations

import gzip
import json
import math
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medapp.formats.vcf import open_vcf
from medapp.knowledge.pgx import (
    ALSO_POSSIBLE,
    OutsideCall,
    by_drug,
    call_sample,
    find_tables,
    load_guidelines,
    load_tables,
    printed_lines,
    read_outside,
    recommended,
    relevant,
    source_lines,
)
from medapp.knowledge.pgx.names import split_diplotype
from tests.bench.harness import ROOT, Row, at_least, at_most, emit, median

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medapp.domain.genome import GeneCall
    from medapp.formats.vcf import VcfReader
    from medapp.knowledge.pgx import Guidelines, Tables

TOP_ONLY = {"true", "true, true, true"}
STATUSES = {
    "CalledByMatcher": {"called"},
    "NotCalledByMatcher": {"no-call", "outside"},
    "Reportable": {"called", "outside"},
}
FIXTURE = " (shared fixture)"


@dataclass(frozen=True)
class Verdict:
    """One expectation of a case."""

    case: str
    kind: str
    gene: str
    equal: bool
    detail: str = ""


def shared() -> Path:
    """The folder of real data."""
    named = os.environ.get("MEDAPP_SHARED")
    return Path(named) if named else ROOT.parent / "shared" / "data"


def cases(folder: Path) -> list[dict[str, Any]]:
    """What is expected, one a case."""
    text = (folder / "expected.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def variants_of(path: Path) -> VcfReader:
    """The lines of a VCF; some cases have small faults that spoil no line."""
    return open_vcf(path, path.name, strict=False)


def outside_of(case: dict[str, Any]) -> list[OutsideCall]:
    """The outside calls of a case."""
    found = []
    for gene, text in case["outside_calls"].items() if case.get("outside_calls") else ():
        cells = [*text.removesuffix(FIXTURE).replace("\\t", "\t").split("\t"), "", ""]
        found.append(OutsideCall(gene, *(cell.strip() for cell in cells[:3])))
    return found


def called(case: dict[str, Any], folder: Path, tables: Tables) -> dict[str, GeneCall]:
    """All genes of a case."""
    lines = relevant(variants_of(folder / case["vcf"]), tables)
    return {one.gene: one for one in call_sample(lines, tables, outside=outside_of(case))}


def verdicts(case: dict[str, Any], calls: dict[str, GeneCall], tables: Tables) -> Iterator[Verdict]:
    """Whether each gene of a case is as expected; what is expected of medicines is left out."""
    for gene, expected in case["expected"].items():
        if gene.startswith("_"):
            continue
        call = calls.get(gene)
        if call is None:
            yield Verdict(case["id"], case["kind"], gene, equal=False, detail="no such gene")
            continue
        wrong = [
            f"{word}: {found!r} where {wanted!r} is expected"
            for word, wanted in expected.items()
            for found, equal in [check(word, wanted, call, case, tables)]
            if not equal
        ]
        yield Verdict(case["id"], case["kind"], gene, equal=not wrong, detail="; ".join(wrong))


def check(
    word: str, wanted: Any, call: GeneCall, case: dict[str, Any], tables: Tables
) -> tuple[object, bool]:
    """What was found, and whether it is what one word of an expectation asks for."""
    if word in STATUSES:
        return call.status, call.status in STATUSES[word]
    if word == "RecommendedDiplotypes":
        found = [[each.name for each in one.haplotypes] for one in recommended(call)]
        return found, sorted(wanted) in [sorted(one) for one in found]
    if word == "SourcePhenotype":
        phenotypes = [one.phenotype for one in call.diplotypes]
        return phenotypes, phenotypes == wanted
    if word == "pick":
        names = [one.name for one in call.diplotypes]
        return names, not wanted or unordered(names) == unordered([wanted])
    if word == "raw":
        return None, True
    if word == "diplotypes":
        found_all = all_of(call) if case["opts"] not in TOP_ONLY else [one.name for one in call.diplotypes]
        return found_all, unordered(found_all) == unordered(wanted)
    lines = (source_lines if word == "SourceDiplotypes" else printed_lines)(call, tables)
    return lines, unordered(lines) == unordered(wanted)


def all_of(call: GeneCall) -> list[str]:
    """Diplotypes that were called, and those with a lower score."""
    return [one.name for one in call.diplotypes] + [
        text for name, text in call.facts if name == ALSO_POSSIBLE
    ]


def unordered(names: Any) -> list[tuple[str, ...]]:
    """Diplotypes without the order of the two; ``X (heterozygous)`` is the reference and X."""
    found = []
    for name in names:
        plain = name.removesuffix(" (heterozygous)")
        parts = split_diplotype(plain)
        found.append(tuple(sorted(("Reference", plain) if plain != name else parts)))
    return sorted(found)


def drug_verdicts(
    case: dict[str, Any], calls: dict[str, GeneCall], tables: Tables, guidelines: Guidelines
) -> Iterator[Verdict]:
    """Recommendations of CPIC and DPWG that a case counts; the tables of the FDA's are not there.

    A total over all sources is judged only where it is none, for the FDA's are among it.
    """
    found = by_drug(guidelines.fitting(calls.values(), tables))
    for what, drug, *more in case["expected"].get("_drugs", ()):
        source = more[0].split("_")[0] if more and not more[0].isdecimal() else ""
        if source == "FDA" or (not source and more != ["0"]):
            continue
        count = sum(not source or one.source == source for one in found.get(drug, ()))
        equal = count == int(more[-1]) if what == "MatchedAnnotations" else (count > 0) == (what[0] == "A")
        yield Verdict(case["id"], source or "all", drug, equal, f"{count} where {what} {more} is expected")


def example_verdicts(folder: Path, tables: Tables) -> Iterator[Verdict]:
    """Each gene of PharmCAT's example against its matches and phenotypes."""
    lines = relevant(variants_of(folder / "pharmcat.example.vcf"), tables)
    read = read_outside(folder / "pharmcat.example.outsideCall.tsv", "outside")
    outside = [one for one in read if isinstance(one, OutsideCall)]
    calls = {one.gene: one for one in call_sample(lines, tables, outside=outside)}
    for one in unzipped(folder / "pharmcat.example.match.json.gz")["results"]:
        wanted = [each["name"] for each in one["diplotypes"]]
        found = [each.name for each in calls[one["gene"]].diplotypes]
        equal = unordered(found) == unordered(wanted)
        yield Verdict("match", "match", one["gene"], equal, f"{found} where {wanted} is expected")
    for gene, report in unzipped(folder / "pharmcat.example.phenotype.json.gz")["geneReports"].items():
        sources = report["sourceDiplotypes"]
        wanted = [
            ("; ".join(each["phenotypes"]).removeprefix("n/a"), each["activityScore"]) for each in sources
        ]
        meant = calls[gene].diplotypes
        found = [(one.phenotype, None if one.score is None else str(one.score)) for one in meant]
        labels = unordered(each["label"] for each in sources)
        equal = labels == unordered(source_lines(calls[gene], tables)) and (found or [("", None)]) == wanted
        yield Verdict("phenotype", "phenotype", gene, equal, f"{found} where {wanted} is expected")


def unzipped(path: Path) -> dict[str, Any]:
    """A compressed JSON file."""
    found: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return found


def by(verdicts_of: list[Verdict], what: str) -> Iterator[Row]:
    """Equal of all, for each kind or gene."""
    total = Counter(getattr(one, what) for one in verdicts_of)
    equal = Counter(getattr(one, what) for one in verdicts_of if one.equal)
    for name in sorted(total):
        yield Row(f"{what} {name}, {total[name]} expectations", equal[name], "equal")


def rows() -> Iterator[Row]:
    """All figures."""
    folder = shared() / "ehr" / "pgx_cases"
    place = find_tables()
    if place is None or not folder.is_dir():
        print("no tables or no cases: nothing to measure")
        return
    tables = load_tables(place)
    listed = cases(folder)
    guidelines = load_guidelines(place)
    found, drugs = [], []
    for case in listed:
        calls = called(case, folder, tables)
        found += verdicts(case, calls, tables)
        drugs += drug_verdicts(case, calls, tables, guidelines)
    missed = {one.case for one in found if not one.equal}
    examples = list(example_verdicts(shared() / "ehr" / "pgx_examples", tables))
    for one in found + drugs + examples:
        if not one.equal:
            print(f"{one.case} {one.gene}: {one.detail}")
    yield at_least(
        f"cases of {len(listed)}", len(listed) - len(missed), math.ceil(0.975 * len(listed)), "equal"
    )
    yield from by(found, "kind")
    yield from by(found, "gene")
    name = f"recommendations for medicines, {len(drugs)} expectations of CPIC's and DPWG's"
    yield Row(name, sum(one.equal for one in drugs), "equal")
    for kind in ("match", "phenotype"):
        of = [one for one in examples if one.kind == kind]
        yield Row(f"{kind} of PharmCAT's example, {len(of)} genes", sum(one.equal for one in of), "equal")
    example = list(variants_of(shared() / "ehr" / "pgx_examples" / "pharmcat.example.vcf"))
    seconds = median(lambda: call_sample(relevant(example, tables), tables))
    yield at_most(f"all {len(tables.definitions)} genes of one sample", seconds, 1)
    yield Row("loading the tables", median(lambda: load_tables(place), runs=3), "s")


if __name__ == "__main__":
    emit(rows())
