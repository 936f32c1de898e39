"""Brain volumes on real label maps: are left and right told apart, and do the intervals of mr.brain hold?

The maps lie in the folder of real data (brain_labels/); the last four never entered the training of mr.brain.
"""

from __future__ import annotations

import os
import tarfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.bench.data import scratch
from tests.bench.harness import ROOT, Row, at_most, emit, is_short

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIDES = {"hippocampus": ((17,), (53,)), "lateral_ventricle": ((4, 5), (43, 44))}
_SHAPE = (224, 240, 208)
_SEED = 910_000
_DEGREES = 30.0


def _maps() -> Path | None:
    named = os.environ.get("MEDAPP_SHARED")
    folder = (Path(named) if named else ROOT.parent / "shared" / "data") / "brain_labels"
    archive = folder / "synthseg_label_maps.tar.xz"
    if not archive.is_file():
        print(f"no label maps at {archive}")
        return None
    with tarfile.open(archive) as packed:
        packed.extractall(scratch(), filter="data")
    return next(scratch().rglob("*.nii")).parent


def _turned(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    from scipy.spatial.transform import Rotation

    from medapp.domain.geometry import Geometry

    affine = np.eye(4)
    angles = rng.uniform(-_DEGREES, _DEGREES, 3)
    affine[:3, :3] = Rotation.from_euler("zyx", angles, degrees=True).as_matrix()
    affine[:3, 3] = rng.uniform(-100, 100, 3)
    return Geometry(shape, affine)


def _labels(classes: np.ndarray) -> Any:
    from medapp.api import SegmentResult
    from medapp_classification.mr_volumes.structures import BrainLabels
    from medapp_segmentation.mr_brain.labels import STRUCTURES, as_label

    return BrainLabels.of(SegmentResult(classes, tuple(as_label(one) for one in STRUCTURES)))


def side_rows(folder: Path) -> Iterator[Row]:
    """Every map, turned at random: voxels on the wrong side of the plane that is found."""
    from medapp_classification.mr_volumes.measuring import left_of
    from medapp_classification.mr_volumes.midplane import find_midplane
    from medapp_segmentation.mr_brain.labels import GENERATION_VALUES, class_lookup
    from medapp_segmentation.mr_brain.maps import read_map

    files = sorted(folder.glob("*.nii"))[: 2 if is_short() else None]
    rng = np.random.default_rng(0)
    wrong = {key: [] for key in _SIDES}
    likeness, seconds, without = [], [], 0
    for path in files:
        head = read_map(path)
        values, classes = np.array(GENERATION_VALUES)[head.array], class_lookup()[head.array]
        labels, geometry = _labels(classes), _turned(rng, classes.shape)
        start = time.process_time()
        plane = find_midplane(labels, geometry, lambda: None)
        seconds.append(time.process_time() - start)
        if plane is None:
            without += 1
            continue
        likeness.append(plane.likeness)
        for key, (left_values, right_values) in _SIDES.items():
            mask = np.isin(values, (*left_values, *right_values))
            left = left_of(mask, plane, geometry)
            wrong[key].append(float((left != np.isin(values, left_values))[mask].mean()))
    yield at_most(f"maps of {len(files)} without a middle", without, 0, "")
    for key, found in wrong.items():
        yield at_most(f"{key}: share on the wrong side, worst map", 100 * max(found), 1, "%")
    yield Row("likeness of the halves, least of all maps", min(likeness), "")
    yield Row("time of the processor to find the middle, median", float(np.median(seconds)))


def interval_rows(folder: Path) -> Iterator[Row]:
    """mr.brain on heads that it never saw, under random contrasts: how far off its volumes are."""
    from medapp_classification.mr_volumes.findings import measured
    from medapp_classification.mr_volumes.midplane import find_midplane

    errors: dict[str, list[float]] = {}
    held: dict[str, list[bool]] = {}
    for found_classes, true_classes, geometry in _heads(folder):
        ours, truth = _labels(found_classes), _labels(true_classes)
        planes = [find_midplane(one, geometry, lambda: None) for one in (ours, truth)]
        pairs = zip(
            measured(ours, geometry, planes[0], lambda *_: None),
            measured(truth, geometry, planes[1], lambda *_: None),
            strict=True,
        )
        for one, other in pairs:
            for side in ("whole", "left", "right"):
                mine, true = getattr(one, side), getattr(other, side)
                if mine is None or true is None:
                    continue
                errors.setdefault(one.part.key, []).append(100 * (mine.ml - true.ml) / true.ml)
                held.setdefault(one.part.key, []).append(mine.low <= true.ml <= mine.high)
    for key, found in errors.items():
        yield Row(f"{key}: error of the volume, median ({len(found)} volumes)", float(np.median(found)), "%")
        yield Row(f"{key}: the largest error", max(found, key=abs), "%")
        yield Row(f"{key}: the true volume lies in the interval", 100 * float(np.mean(held[key])), "%")


def _heads(folder: Path) -> Iterator[tuple[np.ndarray, np.ndarray, Any]]:
    from medapp.domain.geometry import Geometry
    from medapp.domain.volume import Volume
    from medapp.resources import resource
    from medapp_segmentation.mr_brain import grid as grids
    from medapp_segmentation.mr_brain.drawing import draw
    from medapp_segmentation.mr_brain.inference import find_brain
    from medapp_segmentation.mr_brain.maps import read_map, split_names
    from medapp_segmentation.mr_brain.synthesis import USUAL, make_sample
    from medapp_segmentation.mr_brain.task import FINDER, WEIGHTS, model_of

    model = model_of(Path(resource("models", FINDER)), Path(resource("models", WEIGHTS)), "cpu")
    geometry = Geometry.from_parts(_SHAPE, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    for number, path in enumerate(split_names(folder)[1]):
        sample = make_sample(read_map(path), _SHAPE, (_SEED, number, 1), USUAL, spacing_mm=1.0)
        volume = Volume(sample.image * 1000, geometry, "MR")
        image = grids.real_values(volume)
        found = find_brain(model, image, volume, lambda *_: None)
        if found is None:
            print(f"no brain found: {path.name}")
            continue
        array, _ = draw(found, image, volume, lambda *_: None)
        yield array, sample.classes.astype(np.uint8), geometry


def rows() -> Iterator[Row]:
    """Sides, then intervals."""
    folder = _maps()
    if folder is None:
        return
    yield from side_rows(folder)
    if not is_short():
        yield from interval_rows(folder)


if __name__ == "__main__":
    emit(rows())
