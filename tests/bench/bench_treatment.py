"""The ranking of medicines on held-back patients, against the same as last time and the most frequent.

Five-fold cross-validation by patient as `medapp train treatment.next` does it, with intervals of a bootstrap
by patient, on the demo of MIMIC-III (intensive care, real) and on Synthea (synthetic outpatients).
Figures of other papers are of other data and are no peer here.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medapp.api.requests import TrainRequest
from medapp.api.testing import TrialContext
from medapp_treatment.next_visit.learners import LEARNERS, TITLES
from medapp_treatment.next_visit.model import WEIGHTS, load
from medapp_treatment.next_visit.training import train
from tests.bench.harness import ROOT, Row, emit, is_short

if TYPE_CHECKING:
    from collections.abc import Iterator

SETS = {"MIMIC-III demo": "mimic3_demo", "Synthea": "synthea_fhir_r4"}
NAMES = {"jaccard": "Jaccard", "f1": "F1", "prauc": "PRAUC", "interactions": "rate of interacting pairs"}
BASELINES = ("frequent", "same")


def data() -> Path:
    """Where the tables are."""
    named = os.environ.get("MEDAPP_SHARED")
    shared = Path(named) if named else ROOT.parent / "shared" / "data"
    return shared / "ehr"


def rows() -> Iterator[Row]:
    """Of each data set all learners, and what beats what."""
    if not data().is_dir():
        print(f"no tables at {data()}")
        return
    for title, name in list(SETS.items())[: 1 if is_short() else None]:
        with tempfile.TemporaryDirectory() as temporary:
            # A training goes on from what lies there and belongs to the same data and settings.
            kept = os.environ.get("MEDAPP_BENCH_TREATMENT")
            out = Path(kept) / name if kept else Path(temporary)
            asked = {"knowledge": str(data() / "drug_knowledge")}
            train(TrainRequest("treatment.next", data() / name, out, asked), TrialContext(Path(temporary)))
            yield from of_set(title, load(out / WEIGHTS).facts)


def of_set(title: str, facts: dict[str, Any]) -> Iterator[Row]:
    """Rows of one data set."""
    of_data, figures, default = facts["data"], facts["figures"], facts["default"]
    runs = (
        f"{of_data['patients']} patients, {of_data['visits']} visits, {of_data['again']} after an earlier one"
    )
    yield Row(f"{title}: the whole path runs ({runs})", of_data["visits"], "visits", bar="runs", reached=True)
    for name in LEARNERS:
        star = " (default)" if name == default else ""
        for figure, words in NAMES.items():
            value, low, high = figures[name][figure]
            if value is None or low is None:
                continue
            spread = f"({low:.3f} to {high:.3f})"
            peer = figures["same"][figure][0] if name not in BASELINES else None
            label = "the same as at the last visit" if peer is not None else ""
            yield Row(f"{title}, {TITLES[name]}{star}: {words} {spread}", value, "", peer, label)
    rate = of_data["interactions"]
    if rate[0] is not None:
        yield Row(
            f"{title}, as prescribed: rate of interacting pairs ({rate[1]:.3f} to {rate[2]:.3f})", rate[0], ""
        )
    for base in BASELINES:
        if default not in BASELINES:
            one = facts["differences"][f"{base}>{default}"]
            spread = f"({one['low']:+.3f} to {one['high']:+.3f})"
            yield Row(
                f"{title}: Jaccard of the default above {TITLES[base]} {spread}",
                one["value"],
                "",
                bar="above 0 with its whole interval",
                reached=one["low"] > 0,
            )
    again, same = (figures[name]["jaccard again"] for name in (default, "same"))
    spread = f"({again[1]:.3f} to {again[2]:.3f})"
    yield Row(
        f"{title}, only where there was an earlier visit with medicines: Jaccard of the default {spread}",
        again[0],
        "",
        same[0],
        "the same as at the last visit",
        "at least the peer",
        again[0] >= same[0],
    )
    yield Row(
        f"{title}: expected calibration error of the default over all medicines", figures[default]["ece"], ""
    )


if __name__ == "__main__":
    emit(rows())
