"""Writing a segmentation as DICOM SEG and reading it back, and whether others read the same voxels."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medapp.domain.segmentation import Code, Label, Segmentation
from medapp.formats.collect import collect
from medapp.formats.dicom.segmentation_read import read_segmentation
from medapp.formats.dicom.segmentation_write import write_segmentation
from tests.bench.data import ct_series, phantom_slice, scratch
from tests.bench.harness import Row, against, at_most, emit, interleave, is_short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from medapp.domain.patient import Series

NAMES = ("body", "lungs", "bone", "left", "right")
LABELS = tuple(
    Label(number, name, Code("123037004", "SCT", name), f"#{40 * number:02x}8040")
    for number, name in enumerate(NAMES, 1)
)


def rows() -> Iterator[Row]:
    """Figures on one series."""
    slices = 60 if is_short() else 400
    (series,) = collect([ct_series(scratch(), slices, name=f"ct{slices}")]).series
    segmentation = _label_map(series)
    ours, peers = scratch() / "ours.dcm", scratch() / "peer.dcm"
    what = f"{len(LABELS)} labels on {slices} slices of 512x512"
    writing = interleave(
        lambda: _peer_write(peers, segmentation, series),
        lambda: write_segmentation(ours, segmentation, series),
        runs=1 if is_short() else 3,
        warm_up=1,
    )
    yield against(f"write a DICOM SEG, {what}", "highdicom", writing.peer, writing.this)
    reading = interleave(
        lambda: _peer_read(ours), lambda: read_segmentation(ours, series), runs=1 if is_short() else 3
    )
    yield against("read it back onto the grid of its images", "highdicom", reading.peer, reading.this)
    differing = int((read_segmentation(ours, series).segmentation.array != segmentation.array).sum())
    yield at_most("voxels that differ when read back", differing, 0, "voxels")
    yield at_most("... by highdicom", _differing_in_highdicom(ours, segmentation), 0, "voxels")
    yield at_most("... by SimpleITK", _differing_in_simpleitk(ours, segmentation), 0, "voxels")
    errors = _errors(ours)
    if errors is not None:
        yield at_most("errors that dciodvfy finds in it", errors, 0, "errors")


def _label_map(series: Series) -> Segmentation:
    assert series.geometry is not None
    array = np.zeros(series.geometry.shape, np.uint8)
    for k in range(len(array)):
        image = phantom_slice(k % 50)
        array[k][image > -200] = 1
        array[k][(image > -950) & (image < -700)] = 2
        array[k][image > 500] = 3
        array[k, 100:140, 200 + k % 40 : 260] = 4
        array[k, 400:420, 200:260] = 5
    uids = tuple(instance.sop_instance_uid for instance in series.instances)
    return Segmentation(array, series.geometry, LABELS, series.key, "Bench", series.uid, uids)


def _peer_write(path: Path, segmentation: Segmentation, series: Series) -> None:
    """highdicom as its manual uses it: it is given all headers as pydicom reads them."""
    import highdicom
    from highdicom.sr import CodedConcept
    from pydicom import dcmread

    concept = CodedConcept("123037004", "SCT", "Anatomical Structure")
    highdicom.seg.Segmentation(
        source_images=[dcmread(instance.path, stop_before_pixels=True) for instance in series.instances],
        pixel_array=segmentation.array,
        segmentation_type="BINARY",
        segment_descriptions=[
            highdicom.seg.SegmentDescription(label.value, label.name, concept, concept, "MANUAL")
            for label in segmentation.labels
        ],
        series_instance_uid=highdicom.UID(),
        series_number=100,
        sop_instance_uid=highdicom.UID(),
        instance_number=1,
        manufacturer="Bench",
        manufacturer_model_name="Bench",
        software_versions="1",
        device_serial_number="1",
    ).save_as(path)


def _peer_read(path: Path) -> NDArray[np.generic]:
    import highdicom

    return np.asarray(highdicom.seg.segread(path).get_volume(combine_segments=True).array)


def _differing_in_highdicom(path: Path, segmentation: Segmentation) -> int:
    # highdicom counts axial slices from the head.
    return int((_peer_read(path)[::-1] != segmentation.array).sum())


def _differing_in_simpleitk(path: Path, segmentation: Segmentation) -> int:
    import SimpleITK

    image = SimpleITK.ReadImage(str(path))
    frames = SimpleITK.GetArrayViewFromImage(image)  # lives only as long as the image
    differing = at = 0
    for label in segmentation.labels:
        for plane in segmentation.array[::-1]:
            mask = plane == label.value
            if mask.any():
                differing += int((mask != (frames[at] > 0)).sum())
                at += 1
    return differing + frames[at:].size


def _errors(path: Path) -> int | None:
    validator = shutil.which("dciodvfy") or shutil.which("dciodvfy", path=str(Path(sys.executable).parent))
    if validator is None:
        return None
    told = subprocess.run([validator, str(path)], capture_output=True, text=True, check=False)
    return sum(line.startswith("Error") for line in (told.stderr + told.stdout).splitlines())


if __name__ == "__main__":
    emit(rows())
