"""Rare diseases on published cases (phenopacket-store), against the nearest cases (kNN) in the same folds.

Cross-validation by publication; whatever is fitted, calibration and prediction sets included, is fitted
anew inside each fold. The time is that of one patient by a model of all cases, already in memory.
"""

from __future__ import annotations

import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medapp.api import ClassifyRequest, EvaluateRequest
from medapp.api.testing import TrialContext, run_classify
from medapp.domain.record import Entry, Person, Record
from medapp.engine.evaluation import interval
from medapp.formats.phenopackets import read
from medapp.resources import resource
from medapp_classification import hooks
from medapp_classification.rare_disease.evaluation import FOLDS, cross_validated, figures_of
from medapp_classification.rare_disease.held_back import MAIN
from tests.bench.harness import ROOT, Row, at_least, at_most, emit, is_short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medapp_classification.rare_disease.held_back import Told

SHORT_LINES = 700
FILES = ("rare_disease.safetensors", "rare_disease.json")


def folder() -> Path:
    """Where the cases are."""
    named = os.environ.get("MEDAPP_SHARED")
    shared = Path(named) if named else ROOT.parent / "shared" / "data"
    return shared / "ehr" / "phenopackets"


def rows() -> Iterator[Row]:
    """Figures of ranking, then the time."""
    data = folder()
    if not data.is_dir():
        print(f"no phenopackets at {data}")
        return
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        weights = {file: resource("models", file) for file in FILES}
        context = TrialContext(scratch, weights_files=weights)
        small = shortened(data, scratch / "data") if is_short() else data
        folds = 3 if is_short() else FOLDS
        told = cross_validated(EvaluateRequest("rare.disease", small, parameters={"folds": folds}), context)
        yield from figures(told, folds)
        yield from times(data, context, scratch)


def shortened(data: Path, out: Path) -> Path:
    """The first cases alone."""
    import gzip

    out.mkdir()
    with gzip.open(data / "phenopackets.ndjson.gz", "rt", encoding="utf-8") as lines:
        kept = [line for _, line in zip(range(SHORT_LINES), lines, strict=False)]
    (out / "cases.ndjson").write_text("".join(kept), encoding="utf-8")
    return out


def figures(told: Told, folds: int) -> Iterator[Row]:
    """Of the cross-validation; intervals draw publications."""
    found = figures_of(told)
    papers = [case.publication for case in told.cases]
    ranks, nearest = np.array(told.ranks), np.array(told.nearest)
    cases, count = int(found["cases"]), int(found["publications"])
    print(f"{cases} cases of {count} publications; {found}", flush=True)
    for top, bar in ((1, 0.62), (10, 0.87)):
        within = ranks <= top
        known = interval(lambda rows, within=within: float(within[rows].mean()), papers)
        name = (
            f"top-{top}, {folds} folds by publication (95 % interval {known.low:.3f} to {known.high:.3f}; "
            f"mean over publications {found[f'top_{top}_macro']:.3f})"
        )
        row = at_least(name, known.value, bar, "")
        yield Row(row.figure, row.this, "", float((nearest <= top).mean()), "kNN", row.bar, row.reached)
    genome = np.array(told.genome[MAIN])
    kept = np.isfinite(genome)
    hit = genome[kept] <= 1
    known = interval(lambda rows: float(hit[rows].mean()), list(np.array(papers)[kept]))
    name = f"top-1 with the gene among {MAIN} other genes (95 % interval {known.low:.3f} to {known.high:.3f})"
    yield at_least(name, known.value, 0.90, "")
    for other in told.genome:
        if other != MAIN:
            yield Row(f"the same among {other} other genes", found[f"genome_{other}_top_1"], "")
    yield Row("ECE of the first disease", found["ece"], "")
    held = np.array(told.in_set)
    known = interval(lambda rows: float(held[rows].mean()), papers)
    name = f"coverage of sets made for 0.9 (95 % interval {known.low:.3f} to {known.high:.3f}): away by"
    yield at_most(name, abs(found["coverage"] - 0.9), 0.01, "")
    yield Row("diseases in a set, mean", found["set_size"], "")
    yield Row("ECE of the first disease, with a genome", found["genome_ece"], "")
    away = abs(found["genome_coverage_drawn"] - 0.9)
    yield at_most(
        "coverage with genomes drawn as for learning, not all with the gene: away by", away, 0.01, ""
    )
    yield Row(
        f"coverage where the genome has the gene, among {MAIN} other genes", found["genome_coverage"], ""
    )


def times(data: Path, context: TrialContext, scratch: Path) -> Iterator[Row]:
    """One patient, reasons and what would change the answer included."""
    import gzip

    with gzip.open(data / "phenopackets.ndjson.gz", "rt", encoding="utf-8") as lines:
        (scratch / "one.json").write_text(next(lines), encoding="utf-8")
    items = list(read(scratch / "one.json", "one.json"))
    persons = tuple(one for one in items if isinstance(one, Person))
    record = Record(persons, tuple(one for one in items if isinstance(one, Entry)))
    request = ClassifyRequest("rare.disease", record=record, parameters={"causative": False})
    start = time.perf_counter()
    run_classify(hooks, request, context)
    yield Row("the first patient, model read from disk", time.perf_counter() - start)
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        run_classify(hooks, request, context)
        taken.append(time.perf_counter() - start)
    yield at_most("one patient, median of 5", float(np.median(taken)), 1.0)


if __name__ == "__main__":
    print(datetime.now(UTC).date())
    emit(rows())
