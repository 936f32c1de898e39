"""Checks of medicines: every pair of the table by name, RxNorm and ATC; genes against a report; time."""

from __future__ import annotations

import csv
import gzip
import os
import statistics
import time
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from medapp.domain.genome import Genome
from medapp.domain.recommendation import Drug
from medapp.domain.record.coding import ATC, RXNORM, Code
from medapp.knowledge.pgx import find_tables, load_guidelines, load_phenotypes, load_tables
from medapp.knowledge.therapy.checks import check_medicines
from medapp.knowledge.therapy.interactions import TITLE
from medapp.knowledge.therapy.loading import INTERACTIONS, find_drug_tables, load_drug_tables
from medapp.knowledge.therapy.recognise import recognise
from medapp.resources import resource
from tests.bench.bench_pgx import shared
from tests.bench.harness import Row, at_most, emit, median
from tests.bench.therapy_golden import compare, explained

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from medapp.domain.medicines import Medicine
    from medapp.knowledge.therapy.loading import DrugTables

ON = date(2026, 6, 30)
CRITICAL = "Critical"
THIRTY = """
Warfarin Sodium 5 MG Oral Tablet
Aspirin 81 MG Oral Tablet
Simvastatin 20 MG Oral Tablet
Amlodipine 5 MG
lisinopril 10 mg
24 HR Metformin hydrochloride 500 MG
Lasix 40mg
spironolactone 25 mg
Digoxin 0.125 MG
Amiodarone 200 mg
citalopram 20 mg
ondansetron 4 mg
omeprazole 20 mg
gabapentin 300 mg
tramadol 50 mg
Acetaminophen 325 MG / HYDROcodone Bitartrate 7.5 MG Oral Tablet
Ibuprofen 200 MG
diphenhydrAMINE 25 MG
lorazepam 1 mg
quetiapine 50 mg
Levothyroxine Sodium 0.075 MG
predniSONE 5 MG
Albuterol 0.09 MG/ACTUAT
codeine 30 mg
Allopurinol 100 MG
Colchicine 0.6 MG [Colcrys]
tamsulosin 0.4 mg
clopidogrel 75 mg
Amoxicillin 250 MG / Clavulanate 125 MG
fluconazole 150 mg
"""
"""One a line."""


def rows_of(folder: Path) -> list[tuple[int, str, str, str]]:
    """Line, the two names and the severity of every row, read without the code that is measured."""
    path = next(folder / name for name in INTERACTIONS if (folder / name).is_file())
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    found = csv.DictReader(text.splitlines(), delimiter="\t")
    return [
        (number, bare(row["drug1"]), bare(row["drug2"]), row["severity"])
        for number, row in enumerate(found, 2)
    ]


def bare(name: str) -> str:
    """A name as a person would write it."""
    return name.replace("\ufeff", "").replace("_", " ")


def spellings(names: set[str], tables: DrugTables) -> dict[str, dict[str, Medicine]]:
    """Every name recognised by itself, by each code that the mapping has for it."""
    words = tables.vocabulary
    found: dict[str, dict[str, Medicine]] = {"name": {}, "RxNorm": {}, "ATC": {}}
    for name in names:
        found["name"][name] = recognise(Drug(name), words)
        ingredient = words.canonical(name)[0]
        for kind, system, codes in (
            ("RxNorm", RXNORM, words.rxcui.get(ingredient, ())),
            ("ATC", ATC, words.atc.get(ingredient, ())),
        ):
            if codes:
                found[kind][name] = recognise(Drug("?", codes=(Code(system, codes[0]),)), words)
    return found


def rows_between(one: Medicine, other: Medicine, tables: DrugTables) -> set[int]:
    """Lines that the checks would show for two medicines."""
    assert tables.interactions is not None
    return {
        row.row
        for first in one.drug.ingredients
        for second in other.drug.ingredients
        for row in tables.interactions.between(first, second)
    }


def pairs(folder: Path, tables: DrugTables) -> Iterator[Row]:
    """Rows found in both orders, and pairs found that the table does not have."""
    listed = rows_of(folder)
    names = {name for _, one, other, _ in listed for name in (one, other)}
    known = {frozenset((one, other)) for _, one, other, _ in listed}
    every = spellings(names, tables)
    for kind, by in every.items():
        here = [row for row in listed if row[1] in by and row[2] in by]
        forth = sum(number in rows_between(by[one], by[other], tables) for number, one, other, _ in here)
        back = sum(number in rows_between(by[other], by[one], tables) for number, one, other, _ in here)
        total = len(here)
        yield Row(
            f"rows of {len(listed)} with a {kind} for both, found in both orders",
            min(forth, back),
            f"of {total}",
            bar="all",
            reached=min(forth, back) == total,
        )
        false = sum(
            bool(rows_between(by[one], by[other], tables))
            for one, other in combinations(sorted(by), 2)
            if frozenset((one, other)) not in known
        )
        yield at_most(f"pairs found by {kind} that the table does not have", false, 0, "pairs")
    anyhow = sum(
        any(
            number in rows_between(left[one], right[other], tables)
            for left in every.values()
            if one in left
            for right in every.values()
            if other in right
        )
        for number, one, other, _ in listed
    )
    yield Row(
        "rows found by any of them", anyhow, f"of {len(listed)}", bar="all", reached=anyhow == len(listed)
    )
    yield from critical(listed, every["name"], tables)


def critical(
    listed: list[tuple[int, str, str, str]], by: Mapping[str, Medicine], tables: DrugTables
) -> Iterator[Row]:
    """Rows of the gravest severity that are shown as such."""
    wanted = [row for row in listed if row[3] == CRITICAL]
    count = 0
    for _, one, other, _ in wanted:
        found = check_medicines(None, None, [by[one].drug, by[other].drug], tables, on=ON).found
        # The program's own table does not count here: it is the published one that is measured.
        count += any(check.citation.title == TITLE and check.severity == "critical" for check in found)
    yield Row(
        "critical rows shown as critical", count, f"of {len(wanted)}", bar="all", reached=count == len(wanted)
    )


def genes(tables: DrugTables, place: Path) -> Iterator[Row]:
    """Recommendations for PharmCAT's example against its report."""
    folder = shared() / "ehr" / "pgx_examples"
    if not folder.is_dir():
        return
    found = list(compare(folder, tables, load_tables(place)))
    differ = [one for one in found if one.what != "equal"]
    allowed = explained()
    unexplained = [one for one in differ if (*one.key, one.what) not in allowed]
    for one in unexplained:
        print(f"not explained: {' '.join(one.key)}: {one.what}")
    yield Row(
        f"guidelines of PharmCAT's example equal in text and strength, of {len(found)}",
        len(found) - len(differ),
        "equal",
    )
    yield Row(
        "  of the rest: not in the tables of this version",
        sum(one.what in {"missing", "chart"} for one in differ),
        "",
    )
    yield Row("  only the name of the strength differs", sum(one.what == "strength" for one in differ), "")
    yield Row("  the wording was edited between the versions", sum(one.what == "text" for one in differ), "")
    yield at_most("differences that no version explains (therapy_differences.tsv)", len(unexplained), 0, "")


def times(folder: Path, place: Path | None, tables: DrugTables) -> Iterator[Row]:
    """Of loading, and of a patient with 30 medicines."""
    own = resource("therapy")
    yield at_most(
        "loading interactions, codes and own tables", median(lambda: load_drug_tables(folder, own)), 1
    )
    if place is not None:

        def whole() -> object:
            guidelines, pgx = load_guidelines(place), load_phenotypes(place)
            return load_drug_tables(folder, own, guidelines=guidelines, pgx=pgx)

        yield at_most("loading all tables, guidelines and phenotypes of genes too", median(whole), 1)
    record, genome = patient(tables)
    drugs = [Drug(name) for name in THIRTY.split("\n") if name]

    def run() -> object:
        return check_medicines(record, genome, drugs, tables, on=ON)

    run()
    taken = []
    for _ in range(30):
        start = time.perf_counter()
        run()
        taken.append(1000 * (time.perf_counter() - start))
    count = len(check_medicines(record, genome, drugs, tables, on=ON).checks)
    yield at_most(
        f"all checks of a patient with 30 medicines ({count} statements)", statistics.median(taken), 50, "ms"
    )


def patient(tables: DrugTables) -> tuple[object, Genome]:
    """A record with 1,000 entries, and a result of every gene that guidelines ask for."""
    from medapp.domain.genome import Diplotype, GeneCall, Haplotype
    from medapp.domain.record import Record
    from tests.unit.knowledge.therapy.made_up import allergy, creatinine, lab, problem, record, weight

    days = [f"{2000 + number // 40}-{1 + number % 12:02}-15" for number in range(990)]
    noise = [lab("718-7", 13.5, "g/dL", day) for day in days]
    known: Record = record(
        problem("Heart failure"),
        problem("Atrial fibrillation"),
        problem("Chronic kidney disease"),
        allergy("penicillin"),
        creatinine(159, "umol/L"),
        weight(),
        *noise,
    )
    wanted = (
        {gene for one in tables.guidelines.recommendations for gene in one.results}
        if tables.guidelines
        else ()
    )
    calls = tuple(
        GeneCall(gene, "called", (Diplotype((Haplotype("*1"), Haplotype("*1")), "Normal Metabolizer"),))
        for gene in wanted
    )
    return known, Genome(calls=calls)


def rows() -> Iterator[Row]:
    """All figures."""
    named = os.environ.get("MEDAPP_DRUG_TABLES")
    folder = Path(named) if named else find_drug_tables()
    if folder is None:
        print("no tables of medicines: nothing to measure")
        return
    place = find_tables()
    guidelines = load_guidelines(place) if place else None
    pgx = load_phenotypes(place) if place else None
    tables = load_drug_tables(folder, resource("therapy"), guidelines=guidelines, pgx=pgx)
    yield from pairs(folder, tables)
    if place is not None:
        yield from genes(tables, place)
    yield from times(folder, place, tables)


if __name__ == "__main__":
    emit(rows())
