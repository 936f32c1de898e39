"""mr.brain on the held-back label maps; needs them unpacked: MEDAPP_BRAIN_LABELS names their folder."""

from __future__ import annotations

import logging
import os
import tarfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from medapp.api import EvaluateRequest
from medapp.engine.context import WorkerContext
from medapp.resources import resource
from medapp_segmentation.mr_brain.evaluation import evaluate
from medapp_segmentation.mr_brain.task import WEIGHTS
from tests.bench.data import scratch
from tests.bench.harness import ROOT, Row, at_least, emit, is_short

if TYPE_CHECKING:
    from collections.abc import Iterator

ARCHIVE = ROOT.parent / "shared" / "data" / "brain_labels" / "synthseg_label_maps.tar.xz"


def rows() -> Iterator[Row]:
    """Dice of the brain, of all structures together, and of each."""
    folder = maps()
    if folder is None:
        return
    request = EvaluateRequest(
        "mr.brain", folder, resource("models", WEIGHTS), {"contrasts": 1 if is_short() else 8}
    )
    context = WorkerContext(
        device="cpu",
        precision="float32",
        threads=os.cpu_count() or 1,
        memory_budget=1 << 32,
        seed=0,
        scratch=scratch(),
        send=lambda _: None,
        cancelled=threading.Event(),
        log=logging.getLogger("bench"),
    )
    found = dict(evaluate(request, context).metrics)
    yield at_least("brain on 4 held-back maps, random contrasts", found.pop("brain"), 0.93, "Dice")
    yield at_least("mean of its 17 structures", found.pop("structures"), 0.75, "Dice")
    for name, value in found.items():
        yield Row(f"... {name}", value, "Dice")


def maps() -> Path | None:
    """The folder of label maps, unpacked where only the archive is at hand."""
    named = os.environ.get("MEDAPP_BRAIN_LABELS")
    if named:
        return Path(named)
    if not ARCHIVE.is_file():
        return None
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(scratch(), filter="data")
    return next(scratch().rglob("*.nii*")).parent


if __name__ == "__main__":
    emit(rows())
