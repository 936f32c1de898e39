"""ct.structures against expert contours (RTSTRUCT) of a chest CT, and against the clock.

The peer is the textbook recipe in SimpleITK: threshold, what touches the edge is air, the two largest
pieces by side, closed. The contours are those of the shared real data; without it, only time is told.
"""

from __future__ import annotations

import functools
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import SimpleITK as sitk

from medapp.api import SegmentRequest
from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume
from medapp.formats.collect import collect
from medapp.formats.dicom.load import load_volume
from medapp.formats.dicom.rtstruct_read import read_structures
from medapp_segmentation import hooks
from medapp_segmentation.ct_structures.labels import LUNG_LEFT, LUNG_RIGHT
from tests.bench.data import phantom_slice
from tests.bench.harness import ROOT, Row, at_most, emit, is_short, peak_memory, timed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medapp.domain.patient import Series

MODULE = "tests.bench.bench_ct_structures"
CASE = "onko-thorax-ct-rt"
PEER = "threshold and closing"
DICE_BAR = 0.97
SECONDS_BAR = 20.0
BYTES_BAR = 2e9


class Context:
    """What the task asks of a job, without a worker process."""

    device, precision, threads, memory_budget, seed = "cpu", "float32", os.cpu_count() or 1, 4 << 30, 0
    log = logging.getLogger("bench")
    scratch = Path()

    def progress(self, fraction: float, message: str = "") -> None:
        """Nobody looks."""

    def check_cancelled(self) -> None:
        """Nobody cancels."""

    def record(self, key: str, value: str) -> None:
        """Nobody asks."""


def segment(volume: Volume) -> np.ndarray:
    """Label map of the task."""
    return hooks.medapp_segment(SegmentRequest("ct.structures", volume, "CT"), Context()).array


def read_series(folder: Path) -> Series:
    """The CT of a folder of slices."""
    (series,) = [one for one in collect([folder]).series if one.kind == "volume"]
    return series


def expert_masks(path: Path, series: Series) -> dict[str, np.ndarray]:
    """Mask by ROI name, on the grid of `series`."""
    found = read_structures(path, [series])[0].segmentation
    slices = range(len(found.array))
    return {label.name: np.stack([found.mask(label.value, k) for k in slices]) for label in found.labels}


def dice(one: np.ndarray, other: np.ndarray) -> float:
    """Overlap of two masks."""
    return 2.0 * float((one & other).sum()) / max(1, int(one.sum()) + int(other.sum()))


def textbook(volume: Volume) -> dict[int, np.ndarray]:
    """Lungs by threshold, connected regions and closing; sides by the middle of the image."""
    hounsfield = np.asarray(volume.array) * volume.slope + volume.intercept
    air = sitk.BinaryThreshold(sitk.GetImageFromArray(hounsfield.astype(np.int16)), -2000, -500)
    labelled = sitk.GetArrayFromImage(sitk.ConnectedComponent(air))
    sizes = np.bincount(labelled.ravel())
    sizes[np.unique(labelled[:, [0, -1]])] = 0
    sizes[np.unique(labelled[:, :, [0, -1]])] = 0
    sizes[0] = 0
    lungs = np.isin(labelled, np.argsort(sizes)[-2:]).astype(np.uint8)
    closed = sitk.BinaryMorphologicalClosing(sitk.GetImageFromArray(lungs), (6, 6, 2))
    mask = sitk.GetArrayFromImage(closed).astype(bool)
    left = np.arange(mask.shape[2]) > mask.shape[2] / 2
    return {LUNG_LEFT: mask & left, LUNG_RIGHT: mask & ~left}


@functools.cache
def large_chest() -> Volume:
    """A made-up chest of 400 slices (40 in a short run), 512 x 512, with a trachea."""
    slices = 40 if is_short() else 400
    few = [phantom_slice(k) for k in range(25)]
    array = np.stack([few[k % 25] for k in range(slices)])
    j, i = np.ogrid[-1:1:512j, -1:1:512j]
    array[slices // 3 :, (i / 0.045) ** 2 + ((j + 0.1) / 0.05) ** 2 < 1] = -1000
    geometry = Geometry.from_parts(array.shape, (-179, -179, 0), (0.7, 0.7, 300 / slices))
    return Volume(array, geometry, modality="CT", unit="HU")


def segment_large() -> np.ndarray:
    """For the memory, in a process of its own."""
    return segment(large_chest())


def shared_case() -> Path | None:
    """The chest CT with contours, where it is at hand."""
    named = os.environ.get("MEDAPP_SHARED")
    folder = (Path(named) if named else ROOT.parent / "shared" / "data") / "dicom" / CASE
    return folder if folder.is_dir() else None


def overlap_rows() -> Iterator[Row]:
    """Dice of every lung."""
    folder = shared_case()
    if folder is None:
        return
    series = read_series(folder / "CT")
    volume = load_volume(series)
    expert = expert_masks(folder / "RTSTRUCT.dcm", series)
    plain = textbook(volume)
    array = segment(volume)
    for value, name in ((LUNG_LEFT, "LUNG_L"), (LUNG_RIGHT, "LUNG_R")):
        this, peer = dice(array == value, expert[name]), dice(plain[value], expert[name])
        bar = f"at least {DICE_BAR:g}"
        title = f"Dice with the expert's {name}"
        yield Row(title, this, "", peer, PEER, bar, this >= DICE_BAR)


def rows() -> Iterator[Row]:
    """All figures."""
    yield from overlap_rows()
    volume = large_chest()
    size = f"{volume.array.shape[0]} x 512 x 512"
    peer, this = timed(lambda: textbook(volume)), timed(lambda: segment(volume))
    bar = f"at most {SECONDS_BAR:g} s"
    yield Row(f"CT structures of {size}", this, "s", peer, PEER, bar, this <= SECONDS_BAR)
    used = peak_memory(f"{MODULE}:segment_large", prepare=f"{MODULE}:large_chest")
    yield at_most(f"memory beside the image, {size}", used / 1e9, BYTES_BAR / 1e9, "GB")


if __name__ == "__main__":
    emit(rows())
