"""Small series on disk, and label maps on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import pydicom
from highdicom.sr import CodedConcept
from numpy.typing import NDArray

from medapp.domain.patient import Series
from medapp.domain.provenance import Provenance
from medapp.domain.segmentation import Code, Label, Segmentation
from medapp.formats.collect import collect
from tests.unit.formats.dicom_index.making import enhanced, save, stack

LABELS = (
    Label(1, "Liver", Code("10200004", "SCT", "Liver"), "#dd8265"),
    Label(2, "Spleen", Code("78961009", "SCT", "Spleen"), "#9d6ca2"),
    Label(7, "Rare", Code("rare", "99MEDAPP", "Rare thing"), "#101010"),
)
PROVENANCE = Provenance(
    task="test.task",
    title="Test task",
    plugin="test_plugin",
    plugin_version="1.2",
    plugin_sha256="ab" * 32,
    weights={"net.safetensors": "cd" * 32},
    parameters={"threshold": 0.5, "path": "c:\\models"},
    device="cpu",
    seed=7,
    started="2026-01-02T03:04:05+00:00",
    versions={"numpy": "2"},
    intended_use="Research. Not for diagnostic use.",
)


def only_series(path: Path) -> Series:
    """The one series below a path."""
    (found,) = collect([path]).series
    return found


def ct_series(folder: Path, slices: int = 5, rows: int = 7, columns: int = 9, **values: Any) -> Series:
    """An axial CT 2 mm apart; a slice has 63 pixels, so that packed frames do not end with a byte."""
    pixels = np.arange(rows * columns, dtype=np.int16).tobytes()
    places = [30 + 2 * k for k in range(slices)]
    stack(folder, places, Rows=rows, Columns=columns, PixelData=pixels, **values)
    return only_series(folder)


def enhanced_series(folder: Path, slices: int = 5) -> tuple[Series, ...]:
    """An enhanced MR of two echoes, its frames from the head to the feet."""
    frames = [{"position": 30 - 2 * k, "echo": echo} for k in range(slices) for echo in (10.0, 20.0)]
    save(enhanced(frames), folder / "enhanced.dcm")
    return collect([folder]).series


def label_map(series: Series, provenance: Provenance | None = PROVENANCE) -> Segmentation:
    """Labels 1, 2 and 7; the first and the last slice are empty."""
    assert series.geometry is not None
    array = np.random.default_rng(1).choice([0, 1, 2, 7], series.geometry.shape).astype(np.uint8)
    array[[0, -1]] = 0
    return Segmentation(
        array,
        series.geometry,
        LABELS,
        series.key,
        "Test result",
        series.uid,
        tuple(instance.sop_instance_uid for instance in series.instances),
        provenance,
    )


def _described(number: int) -> highdicom.seg.SegmentDescription:
    return highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=f"part {number}",
        segmented_property_category=CodedConcept("123037004", "SCT", "Anatomical Structure"),
        segmented_property_type=CodedConcept("10200004", "SCT", "Liver"),
        algorithm_type="MANUAL",
    )


def foreign(
    path: Path, series: Series, array: NDArray[Any], kind: str = "BINARY", segments: int = 2, **rest: Any
) -> None:
    """Written by highdicom, from the files themselves."""
    images = [pydicom.dcmread(instance.path) for instance in series.instances]
    for image in images:
        for keyword in ("StudyTime", "StudyID", "AccessionNumber", "ReferringPhysicianName"):
            setattr(image, keyword, "")
    made = highdicom.seg.Segmentation(
        source_images=images,
        pixel_array=array,
        segmentation_type=kind,
        segment_descriptions=[_described(number) for number in range(1, segments + 1)],
        series_instance_uid=highdicom.UID(),
        series_number=100,
        sop_instance_uid=highdicom.UID(),
        instance_number=1,
        manufacturer="Another",
        manufacturer_model_name="One",
        software_versions="1",
        device_serial_number="1",
        **rest,
    )
    made.save_as(path)


def overlapping(path: Path, series: Series) -> NDArray[np.uint8]:
    """Two segments, of 18 voxels and of 8, that share two; the object's array."""
    assert series.geometry is not None
    array = np.zeros((*series.geometry.shape, 2), np.uint8)
    array[1:3, 1:4, 1:4, 0] = 1
    array[2:4, 3:5, 2:4, 1] = 1
    foreign(path, series, array)
    return array
