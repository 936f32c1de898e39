"""NIfTI files lie where the DICOM series lies, in the eyes of two other readers."""

from __future__ import annotations

from dataclasses import replace

import nibabel
import numpy as np
import pytest
import SimpleITK

from medapp.domain.geometry import Geometry
from medapp.formats.nifti_write import write_nifti
from tests.unit.services.segmenting import ct_series, label_map


@pytest.fixture
def segmentation(tmp_path):
    oblique = [0.8, 0.6, 0, -0.48, 0.64, 0.6]
    normal = np.cross(oblique[:3], oblique[3:])
    series = ct_series(tmp_path / "ct", ImageOrientationPatient=oblique, slices=1)
    shape = (5, *series.geometry.shape[1:])
    axes = np.array([oblique[:3], oblique[3:], normal]).T
    geometry = Geometry.from_parts(shape, (-10, -20, 30), (0.25, 0.5, 2), axes)
    return replace(label_map(replace(series, geometry=geometry)), geometry=geometry)


def test_simpleitk_sees_the_same_voxels_at_the_same_places(tmp_path, segmentation):
    path = tmp_path / "s.nii.gz"
    write_nifti(path, segmentation)
    seen = SimpleITK.ReadImage(str(path))
    assert np.array_equal(SimpleITK.GetArrayFromImage(seen), segmentation.array)
    geometry = segmentation.geometry
    for ijk in ((0, 0, 0), (3, 2, 4)):
        there = seen.TransformIndexToPhysicalPoint(ijk)
        assert there == pytest.approx(geometry.to_patient(ijk), abs=1e-4)


def test_nibabel_sees_ras_and_the_type_is_kept(tmp_path, segmentation):
    wide = replace(segmentation, array=segmentation.array.astype(np.uint16) * 100)
    write_nifti(tmp_path / "s.nii", wide)
    seen = nibabel.load(tmp_path / "s.nii")
    assert seen.get_data_dtype() == np.uint16
    assert np.array_equal(np.asarray(seen.dataobj), wide.array.transpose(2, 1, 0))
    left, posterior, superior = wide.geometry.to_patient((1, 2, 3))
    assert seen.affine @ (1, 2, 3, 1) == pytest.approx((-left, -posterior, superior, 1), abs=1e-4)
    assert seen.header.get_xyzt_units()[0] == "mm"


def test_a_tilted_grid_stays_tilted(tmp_path, segmentation):
    affine = np.array([[1, 0, 0, 0], [0, 1, 0.5, 0], [0, 0, 2.0, 0], [0, 0, 0, 1]])
    tilted = replace(segmentation, geometry=replace(segmentation.geometry, affine=affine))
    write_nifti(tmp_path / "s.nii.gz", tilted)
    seen = nibabel.load(tmp_path / "s.nii.gz")
    assert np.allclose(np.diag((-1, -1, 1, 1)) @ seen.affine, affine)
    assert int(seen.header["qform_code"]) == 0


@pytest.mark.parametrize("unknown", [{"units": "px"}, {"slice_step_known": False}, {"oriented": False}])
def test_what_is_not_known_is_not_made_up(tmp_path, segmentation, unknown):
    with pytest.raises(ValueError, match="not known"):
        write_nifti(
            tmp_path / "s.nii.gz",
            replace(segmentation, geometry=replace(segmentation.geometry, **unknown)),
        )
    assert not list(tmp_path.glob("*.gz"))
