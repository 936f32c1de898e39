"""mr.brain against mindgrab of brainchop (MIT licence) on whole heads of patients: agreement and time.

Neither is the truth: two networks of different makers and different training that agree are unlikely to be
wrong alike. Needs the shared data; MEDAPP_MR_BRAIN_WEIGHTS may name other weights for the second network.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import torch
from numpy.typing import NDArray

from medapp.api import SegmentRequest
from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume
from medapp.engine.context import WorkerContext, file_sha256
from medapp.formats.collect import collect
from medapp.formats.dicom.load import load_volume
from medapp.resources import resource
from medapp_segmentation.mr_brain.task import FINDER, WEIGHTS, segment
from tests.bench.data import scratch
from tests.bench.harness import ROOT, Row, against, at_least, emit, interleave, is_short
from tests.bench.peer_brainchop import Mindgrab

SHARED = ROOT.parent / "shared" / "data"
NETWORK = SHARED / "peers" / "brainchop" / "mindgrab"
WEIGHTS_VARIABLE = "MEDAPP_MR_BRAIN_WEIGHTS"
PEER = "mindgrab"
DICE_BAR = 0.94
TIME_BAR = 1.0


def rows() -> Iterator[Row]:
    """Seconds per image, and in the long run Dice per image and contrast."""
    if not NETWORK.is_dir():
        print(f"mr_brain_peer: left out, there is no {NETWORK}")
        return
    images = {name: read for name, (path, read) in IMAGES.items() if path.exists()}
    if not images:
        print(f"mr_brain_peer: left out, no head is at hand in {SHARED / 'dicom'}")
        return
    context = context_for_all()
    torch.set_num_threads(context.threads)
    peer = Mindgrab(NETWORK)
    for name, read in list(images.items())[: 1 if is_short() else None]:
        volume = read()
        yield time_row(name, volume, peer, context)
        if not is_short():
            yield from agreement_rows(name, volume, peer, context)


def time_row(name: str, volume: Volume, peer: Mindgrab, context: WorkerContext) -> Row:
    """From the series in memory to a mask on its grid, both looking at voxels of 2 mm."""
    times = interleave(
        lambda: peer(volume, 2),
        lambda: brain(volume, context),
        1 if is_short() else 3,
        warm_up=0 if is_short() else 1,
    )
    bar = None if is_short() else TIME_BAR
    return against(f"brain of {name}, both at 2 mm", PEER, times.peer, times.this, at_most=bar)


def agreement_rows(name: str, volume: Volume, peer: Mindgrab, context: WorkerContext) -> Iterator[Row]:
    """Dice of both brains; the peer looks at voxels of 1 mm, as it was made to."""
    other = inverted(volume)
    peer_brain, peer_other = peer(volume), peer(other)
    this_brain, this_other = brain_or_nothing(volume, context), brain_or_nothing(other, context)
    yield at_least(
        f"{name}: brain with its fluid agrees with {PEER} at 1 mm",
        dice(this_brain, peer_brain),
        DICE_BAR,
        "Dice",
    )
    bare = brain_or_nothing(volume, context, fluid=False)
    yield Row(f"{name}: brain without the fluid", dice(bare, peer_brain), "Dice")
    yield replace(
        at_least(
            f"{name}: of the inverted image, agrees with {PEER} of the original",
            dice(this_other, peer_brain),
            DICE_BAR,
            "Dice",
        ),
        peer=dice(peer_other, peer_brain),
        peer_name=PEER,
    )
    yield Row(f"{name}: both of the inverted image agree", dice(this_other, peer_other), "Dice")


def brain(volume: Volume, context: WorkerContext, *, fluid: bool = True) -> NDArray[np.bool_]:
    """What the task takes for brain, with the fluid around it: the peer's mask holds that too."""
    request = SegmentRequest("mr.brain", volume, "MR", {"structures": False, "fluid": fluid})
    return segment(request, context).array > 0


def brain_or_nothing(volume: Volume, context: WorkerContext, *, fluid: bool = True) -> NDArray[np.bool_]:
    """As `brain`; a brain that is not found agrees with nothing."""
    try:
        return brain(volume, context, fluid=fluid)
    except ValueError as error:
        print(f"mr_brain_peer: {error}")
        return np.zeros(volume.array.shape, np.bool_)


def dice(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Overlap of two masks."""
    total = int(one.sum()) + int(other.sum())
    return 2 * int((one & other).sum()) / total if total else 0.0


def inverted(volume: Volume) -> Volume:
    """The image with dark for bright; its padding is ordinary dark tissue no more."""
    array = np.asarray(volume.array, dtype=np.float32)
    return replace(volume, array=array.max() - array, padding=None)


def context_for_all() -> WorkerContext:
    """One job's context for all runs, as a worker would get it."""
    files = {
        FINDER: resource("models", FINDER),
        WEIGHTS: Path(os.environ.get(WEIGHTS_VARIABLE) or resource("models", WEIGHTS)),
    }
    return WorkerContext(
        device="cpu",
        precision="float32",
        threads=os.cpu_count() or 1,
        memory_budget=1 << 32,
        seed=0,
        scratch=scratch(),
        send=lambda _: None,
        cancelled=threading.Event(),
        weights_files={name: (path, file_sha256(path)) for name, path in files.items()},
        log=logging.getLogger("bench"),
    )


def read_dicom(folder: Path) -> Volume:
    """The one volume of a folder of slices."""
    (series,) = [one for one in collect([folder]).series if one.kind == "volume"]
    return load_volume(series)


def read_image(path: Path) -> Volume:
    """A volume of a research format, in whose reader's words (LPS) the geometry is told."""
    image = sitk.ReadImage(str(path))
    array = sitk.GetArrayFromImage(image)
    geometry = Geometry.from_parts(array.shape, image.GetOrigin(), image.GetSpacing(), image.GetDirection())
    return Volume(array, geometry, modality="MR")


def _head(read: Callable[[Path], Volume], *parts: str) -> tuple[Path, Callable[[], Volume]]:
    path = SHARED.joinpath("dicom", *parts)
    return path, lambda: read(path)


IMAGES = {
    "papaya PD": _head(read_dicom, "papaya-brain-pd-mr"),
    "pyradiomics brain1": _head(read_image, "pyradiomics-brain1-breast1", "brain1_image.nrrd"),
}

if __name__ == "__main__":
    emit(rows())
