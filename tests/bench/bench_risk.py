"""The models of records: every learner of every question on held-back people, and the peers in the same run.

Nested cross-validation as `medapp train record.risk` does it, split by matched group or stay. The peer of a
time until an event is Cox regression on age and sex, of intensive care the plain pipeline of `bench_icu`.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from medapp.api.requests import TrainRequest
from medapp.api.testing import TrialContext
from medapp.engine.tabular import cross_validate
from medapp_classification.patient_together.training import train as train_together
from medapp_classification.record_phenotype.training import train as train_phenotype
from medapp_classification.record_risk.model import WEIGHTS, load
from medapp_classification.record_risk.training import train
from tests.bench import bench_icu
from tests.bench.harness import ROOT, Row, at_least, at_most, emit, is_short

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMITS = {"death": 0.86}
OVER = 0.03
AWAY = 0.01
SLOPES = (0.9, 1.1)


def data() -> Path:
    """Where the tables are."""
    named = os.environ.get("MEDAPP_SHARED")
    shared = Path(named) if named else ROOT.parent / "shared" / "data"
    return shared / "ehr"


def rows() -> Iterator[Row]:
    """Figures of the defaults with their bars, and of all other learners without."""
    folder = data()
    if not (folder / "nafld_longitudinal").is_dir():
        print(f"no tables at {folder}")
        return
    kept = os.environ.get("MEDAPP_BENCH_RISK")
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(kept) if kept else Path(temporary)
        asked = {"question": "death"} if is_short() else {}
        train(TrainRequest("record.risk", folder, out, asked), TrialContext(Path(temporary)))
        model = load(out / WEIGHTS)
        for key in model.questions:
            yield from of_question(key, model.of(key))
        if not is_short():
            yield from of_others(folder, Path(temporary))


def of_question(key: str, facts: dict[str, Any]) -> Iterator[Row]:
    """Rows of one question."""
    default = facts["default"]
    for name, said in facts["learners"].items():
        if name == default and key == "icu-death":
            yield from _of_stay(name, said)
        elif name == default:
            yield from _of_years(key, name, said, facts["baseline"])
        else:
            figure = "auroc" if key == "icu-death" else "c_index"
            yield Row(f"{key}, {name}: {_words(figure, said[figure])}", said[figure][0], "")


def _of_years(key: str, name: str, said: dict[str, Any], base: list[float]) -> Iterator[Row]:
    value, over = said["c_index"][0], said["over_baseline"]
    figure = f"{key}, {name} (default): {_words('c_index', said['c_index'])}"
    limit = LIMITS.get(key)
    yield Row(
        figure,
        value,
        "",
        base[0],
        "Cox on age and sex",
        f"at least {limit:g}" if limit else "",
        value >= limit if limit else None,
    )
    spread = f"({over['low']:+.3f} to {over['high']:+.3f})"
    yield at_least(f"{key}: above Cox on age and sex {spread}", over["value"], OVER, "")
    slope = said["slope"]
    reached = SLOPES[0] <= slope[0] <= SLOPES[1]
    yield Row(
        f"{key}: calibration slope at 5 years ({slope[1]:.2f} to {slope[2]:.2f})",
        slope[0],
        "",
        bar=f"{SLOPES[0]} to {SLOPES[1]}",
        reached=reached,
    )
    yield _coverage(key, said)


def _coverage(key: str, said: dict[str, Any]) -> Row:
    found = said["coverage"]
    figure = f"{key}: sets made for {found['nominal']:g} hold the truth of {found['all']:.3f}: away by"
    return at_most(figure, abs(found["all"] - found["nominal"]), AWAY, "")


def _of_stay(name: str, said: dict[str, Any]) -> Iterator[Row]:
    learning = bench_icu.Learning(bench_icu.items(bench_icu.table()))
    labels = np.array([learning.labels[one] for one in learning.subjects], dtype=int)
    peer = cross_validate(learning, labels, learning.subjects, rounds=20)
    for figure, limit, of_peer in (("auroc", 0.865, peer.auroc.value), ("auprc", 0.54, peer.auprc.value)):
        value = said[figure][0]
        yield Row(
            f"icu-death, {name} (default): {_words(figure, said[figure])}",
            value,
            "",
            of_peer,
            "plain logistic regression",
            f"at least {limit:g}",
            value >= limit,
        )
    yield at_most(f"icu-death: {_words('ece', said['ece'])}", said["ece"][0], 0.02, "")
    yield _coverage("icu-death", said)


def of_others(folder: Path, out: Path) -> Iterator[Row]:
    """Groups of the cohort, and experts put together."""
    found = train_phenotype(TrainRequest("record.phenotype", folder, out), TrialContext(out))
    for name, value in found.metrics.items():
        yield Row(f"record.phenotype: {name}", value, "")
    together = train_together(TrainRequest("patient.together", folder, out), TrialContext(out)).metrics
    for name, value in together.items():
        if name.startswith("over best expert"):
            yield at_least(f"patient.together, C-index {name}", value, -0.005, "")
        else:
            yield Row(f"patient.together: {name}", value, "")


def _words(figure: str, value: list[float]) -> str:
    names = {"c_index": "C-index", "auroc": "AUROC", "auprc": "AUPRC", "ece": "ECE"}
    return f"{names[figure]} ({value[1]:.3f} to {value[2]:.3f})"


if __name__ == "__main__":
    emit(rows())
