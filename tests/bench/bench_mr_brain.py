"""mr.brain on the held-back label maps; needs them unpacked: MEDAPP_BRAIN_LABELS names their folder."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from medapp.api import EvaluateRequest
from medapp_segmentation.mr_brain.evaluation import evaluate
from tests.bench.bench_mr_brain_peer import context_for_all
from tests.bench.data import scratch
from tests.bench.harness import ROOT, Row, at_least, emit, is_short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medapp.engine.context import WorkerContext

ARCHIVE = ROOT.parent / "shared" / "data" / "brain_labels" / "synthseg_label_maps.tar.xz"


def rows() -> Iterator[Row]:
    """Dice of the brain, of all structures together, and of each."""
    folder = maps()
    if folder is None:
        return
    context = context_for_all()
    contrasts = 1 if is_short() else 4
    found = measured(folder, context, heads="usual", contrasts=contrasts)
    yield at_least("brain on 4 held-back maps, random contrasts", found.pop("brain"), 0.93, "Dice")
    yield at_least("mean of its 17 structures", found.pop("structures"), 0.75, "Dice")
    for name, value in found.items():
        yield Row(f"... {name}", value, "Dice")
    if not is_short():
        hard = measured(folder, context, heads="hard", contrasts=2)
        yield Row("brain, heads bent, stretched and cut as training draws them", hard["brain"], "Dice")
        yield Row("mean of its 17 structures on those", hard["structures"], "Dice")


def measured(folder: Path, context: WorkerContext, *, heads: str, contrasts: int) -> dict[str, float]:
    """Dice by name, of the whole way from a series of 1 mm voxels to its labels."""
    request = EvaluateRequest("mr.brain", folder, None, {"heads": heads, "contrasts": contrasts})
    return dict(evaluate(request, context).metrics)


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
