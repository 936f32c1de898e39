"""The IBSI digital phantom: how many features reproduce their published value, by family; and a whole lung.

The phantom and the table of reference values lie in the folder of real data (ibsi/).
"""

from __future__ import annotations

import csv
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tests.bench.data import phantom_slice
from tests.bench.harness import ROOT, Row, at_least, at_most, emit, is_short, peak_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

_METHODS = [(dimension, way) for dimension in ("2D", "2.5D", "3D") for way in ("average", "merge")]


def _folder() -> Path:
    named = os.environ.get("MEDAPP_SHARED")
    return (Path(named) if named else ROOT.parent / "shared" / "data") / "ibsi"


def _phantom() -> tuple[object, np.ndarray]:
    import nibabel as nib

    from medapp.domain.geometry import Geometry
    from medapp.domain.volume import Volume

    folder = _folder() / "ibsi_1_digital_phantom" / "nifti"
    image = nib.load(folder / "image" / "phantom.nii.gz")
    mask = nib.load(folder / "mask" / "mask.nii.gz")
    array = np.asarray(image.dataobj).T.astype(np.int16)
    spacing = [float(step) for step in image.header.get_zooms()]
    volume = Volume(array, Geometry.from_parts(array.shape, (0, 0, 0), spacing), "CT")
    return volume, np.asarray(mask.dataobj).T > 0


def phantom_rows() -> Iterator[Row]:
    """A row a family; what is missed is printed."""
    from medapp_classification.ct_radiomics.catalogue import FAMILIES
    from medapp_classification.ct_radiomics.measure import features_of
    from medapp_classification.ct_radiomics.settings import Settings
    from tests.unit.classification.radiomics_phantom import is_reproduced

    with (_folder() / "ibsi_1_reference_values" / "ibsi_1_dig_phantom.csv").open(encoding="utf-8") as file:
        table = {row["tag"]: row for row in csv.DictReader(file, delimiter=";") if row["reference value"]}
    volume, mask = _phantom()
    found = {}
    for dimension, way in _METHODS:
        found |= features_of(volume, mask, Settings(dimension=dimension, aggregation=way))
    missed = []
    for family in FAMILIES:
        mine = {tag: value for tag, value in found.items() if tag.split("_")[0] == family.key}
        good = 0
        for tag, value in mine.items():
            row = table.get(tag)
            if row and is_reproduced(value, float(row["reference value"]), float(row["tolerance"])):
                good += 1
            else:
                missed.append(f"{tag}: {value}, reference {row and row['reference value']}")
        yield at_least(f"{family.title}: reproduced of {len(mine)} offered", good, len(mine), "features")
    print(f"not reproduced: {'; '.join(missed) or 'none'}")
    left = sorted(set(table) - set(found))
    print(f"published values without a feature here: {', '.join(left) or 'none'}")


def _lung() -> tuple[object, np.ndarray]:
    """A CT of 512 × 512 × 200 voxels of 0.7 × 0.7 × 1.25 mm and its lungs, 12 million voxels."""
    from medapp.domain.geometry import Geometry
    from medapp.domain.volume import Volume

    slices = 40 if is_short() else 200
    array = np.stack([phantom_slice(k % 50) for k in range(slices)])
    i, j = np.meshgrid(np.linspace(-1, 1, 512), np.linspace(-1, 1, 512))
    mask = np.zeros(array.shape, np.bool_)
    for k in range(slices):
        for side in (-0.42, 0.42):
            mask[k] |= ((i - side) / (0.3 + 0.05 * np.sin((k % 50) / 40))) ** 2 + (j / 0.45) ** 2 < 1
    volume = Volume(array, Geometry.from_parts(array.shape, (0, 0, 0), (0.7, 0.7, 1.25)), "CT", unit="HU")
    return volume, mask


_KEPT: dict[str, tuple[object, np.ndarray]] = {}


def prepare_lung() -> None:
    """Make the images and compile, which is no part of the figures."""
    _KEPT["lung"] = _lung()
    small, part = _KEPT["lung"][0], np.zeros_like(_KEPT["lung"][1])
    part[:4, 200:230, 100:130] = True
    _measure(small, part)


def measure_lung() -> object:
    """All families of the lungs by the defaults for CT."""
    return _measure(*_KEPT["lung"])


def _measure(volume: object, mask: np.ndarray) -> object:
    from medapp_classification.ct_radiomics.measure import features_of
    from medapp_classification.ct_radiomics.settings import settings_of

    return features_of(volume, mask, settings_of({}, "CT", "HU"))


def rows() -> Iterator[Row]:
    """The phantom where it is at hand, then time and memory of the lungs."""
    if _folder().is_dir():
        yield from phantom_rows()
    else:
        print(f"no phantom at {_folder()}")
    prepare_lung()
    wall, cpu = time.perf_counter(), time.process_time()
    measure_lung()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    # One core does it all; on the clock it takes as long where nothing else runs.
    yield at_most("all features of lungs of 12 million voxels, time of the processor", cpu, 60)
    yield Row("the same on the clock, beside whatever else ran", wall)
    _KEPT.clear()
    bench = "tests.bench.bench_ibsi"
    used = peak_memory(f"{bench}:measure_lung", prepare=f"{bench}:prepare_lung")
    yield at_most("memory beside the images", used / 2**30, 4, "GiB")


if __name__ == "__main__":
    emit(rows())
