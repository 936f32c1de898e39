"""Small series on disk, and label maps on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

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
