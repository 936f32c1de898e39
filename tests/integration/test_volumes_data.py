"""Sides of the brain on a real label map that knows left from right, turned as a head may lie."""

import tarfile

import numpy as np
import pytest

from medapp.api import SegmentResult
from medapp.domain.geometry import Geometry
from medapp_classification.mr_volumes.findings import measured
from medapp_classification.mr_volumes.measuring import left_of
from medapp_classification.mr_volumes.midplane import find_midplane
from medapp_classification.mr_volumes.structures import HIPPOCAMPUS, BrainLabels
from medapp_segmentation.mr_brain.labels import GENERATION_VALUES, STRUCTURES, as_label, class_lookup
from medapp_segmentation.mr_brain.maps import read_map
from tests.unit.classification.heads import turn

LEFT, RIGHT = (17,), (53,)


@pytest.fixture(scope="module")
def real_head(shared_data, tmp_path_factory):
    archive = shared_data / "brain_labels" / "synthseg_label_maps.tar.xz"
    if not archive.is_file():
        pytest.skip(f"no label maps at {archive}")
    folder = tmp_path_factory.mktemp("maps")
    with tarfile.open(archive, "r|xz") as packed:
        member = next(one for one in packed if one.name.endswith(".nii"))
        packed.extract(member, folder, filter="data")
    return read_map(folder / member.name)


@pytest.mark.parametrize("tilt", [(0, 0), (25, -20)])
def test_left_and_right_are_those_of_the_map(real_head, tilt):
    values = np.array(GENERATION_VALUES)[real_head.array]
    classes = class_lookup()[real_head.array]
    labels = BrainLabels.of(SegmentResult(classes, tuple(as_label(one) for one in STRUCTURES)))
    # Axes of the map are (superior, posterior, left), that is LPS for (i, j, k).
    affine = np.eye(4)
    affine[:3, :3] = turn(tilt)
    geometry = Geometry(classes.shape, affine)
    plane = find_midplane(labels, geometry, lambda: None)
    assert plane is not None
    assert plane.likeness > 0.9
    mask = labels.mask(HIPPOCAMPUS)
    left = left_of(mask, plane, geometry)
    true_left, true_right = np.isin(values, LEFT) & mask, np.isin(values, RIGHT) & mask
    wrong = (left & true_right).sum() + (~left & true_left).sum()
    assert wrong <= 0.002 * mask.sum()
    found = {one.part.key: one for one in measured(labels, geometry, plane, lambda *_: None)}
    assert found["hippocampus"].left.ml == pytest.approx(true_left.sum() / 1000, rel=0.005)
    assert found["intracranial"].whole.ml == pytest.approx((classes > 0).sum() / 1000)
    assert 1000 < found["intracranial"].whole.ml < 2000
