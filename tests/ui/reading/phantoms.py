"""Volumes made here, for the models and the widgets of the Read workspace."""

from __future__ import annotations

import dataclasses

import numpy as np

from medapp.domain.geometry import Geometry
from medapp.domain.patient import Patient, Series, Study
from medapp.domain.segmentation import Code, Label, Segmentation
from medapp.domain.volume import Volume, Window


class Loaded:
    """A series that has been read, or is being read slice by slice."""

    def __init__(self, volume: Volume, loaded: np.ndarray | None = None) -> None:
        self.volume = volume
        self.loaded = np.ones(volume.array.shape[0], bool) if loaded is None else loaded
        self.failed: dict[int, str] = {}
        self.preferred: list[int] = []

    @property
    def complete(self) -> bool:
        return all(self.loaded[k] or k in self.failed for k in range(len(self.loaded)))

    def prefer(self, k: int) -> None:
        self.preferred.append(k)


def make_series(key: str = "series-1", modality: str = "CT", **changes: object) -> Series:
    study = Study("1.2.3", Patient("4711", "Test^Person", "19600102", "F"), "20260131", "101500", "Thorax")
    series = Series(key, "1.2.3.4", study, modality, "volume", (), None, 3, "Soft tissue")
    return dataclasses.replace(series, **changes)


def make_array(shape: tuple[int, int, int] = (20, 48, 64)) -> np.ndarray:
    k, j, i = np.mgrid[tuple(slice(n) for n in shape)]
    return (k * 10 + j * 2 + i - 100).astype(np.int16)


def make_volume(array: np.ndarray | None = None, **changes: object) -> Volume:
    array = make_array() if array is None else array
    shape = array.shape[:3]
    geometry = Geometry.from_parts(shape, (-64.0, -48.0, -30.0), (2.0, 2.0, 3.0))
    geometry = dataclasses.replace(geometry, frame_of_reference_uid="1.9")
    volume = Volume(array, geometry, "CT", "series-1", "HU", windows=(Window(40, 400), Window(300, 1500)))
    return dataclasses.replace(volume, **changes)


def make_segmentation(volume: Volume, key: str = "series-1") -> Segmentation:
    array = np.zeros(volume.array.shape[:3], np.uint8)
    array[5:12, 10:30, 20:40] = 1
    array[14:16, 35:40, 50:60] = 2
    code = Code("39607008", "SCT", "Lung")
    labels = (Label(1, "one", code, "#56b4e9"), Label(2, "two", code, "#e69f00"))
    return Segmentation(array, volume.geometry, labels, key)
