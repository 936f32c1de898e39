"""What is written can be read by others, voxel by voxel, and says where it comes from."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from medapp.domain.segmentation import Code, Label
from medapp.formats.collect import collect
from medapp.formats.dicom.segmentation_write import write_segmentation
from tests.unit.formats.dicom_index.making import stack
from tests.unit.services.segmenting import PROVENANCE, ct_series, enhanced_series, label_map


@pytest.fixture
def series(tmp_path):
    return ct_series(tmp_path / "ct")


def written(tmp_path, segmentation, series, **rest):
    path = tmp_path / "segmentation.dcm"
    write_segmentation(path, segmentation, series, **rest)
    return path


def expected_frames(segmentation):
    """Non-empty frames, segment after segment; highdicom counts axial slices from the head."""
    frames = []
    for label in segmentation.labels:
        mask = segmentation.array[::-1] == label.value
        frames += [plane for plane in mask if plane.any()]
    return np.array(frames)


def kept(frames):
    """Frames that hold something."""
    return frames[frames.any(axis=(1, 2))].astype(bool)


def test_highdicom_reads_the_same_voxels_at_the_same_places(tmp_path, series):
    import highdicom

    segmentation = label_map(series)
    seen = highdicom.seg.segread(written(tmp_path, segmentation, series))
    volume = seen.get_volume(combine_segments=True)
    inner = segmentation.array[1:-1]
    numbers = np.select([inner == label.value for label in segmentation.labels], [1, 2, 3])
    # highdicom counts slices against their normal.
    assert np.array_equal(volume.array[::-1], numbers)
    last = volume.affine @ np.array([volume.shape[0] - 1, 0, 0, 1])
    assert np.allclose(last[:3], segmentation.geometry.to_patient((0, 0, 1)), atol=1e-5)
    assert np.allclose(volume.spacing, (2, 0.5, 0.25))


def test_simpleitk_reads_the_same_frames(tmp_path):
    import SimpleITK

    # 18 frames of 63 pixels would end within a byte, which SimpleITK gets wrong: there are 24.
    series = ct_series(tmp_path / "ct", slices=8)
    segmentation = label_map(series)
    path = written(tmp_path, segmentation, series)
    seen = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path)))
    assert len(seen) == 24
    assert np.array_equal(kept(seen), expected_frames(segmentation))


def test_the_object_says_what_and_whose_it_is(tmp_path, series):
    seen = pydicom.dcmread(written(tmp_path, label_map(series), series))
    assert (seen.PatientName, seen.PatientID, seen.StudyInstanceUID) == ("Doe^Jane", "P1", series.study.uid)
    assert seen.SegmentationType == "BINARY"
    assert seen.SegmentsOverlap == "NO"
    assert seen.ContentQualification == "RESEARCH"
    assert "not for diagnostic use" in seen.SeriesDescription.lower()
    assert seen.FrameOfReferenceUID == series.geometry.frame_of_reference_uid
    names = [item.SegmentLabel for item in seen.SegmentSequence]
    codes = [item.SegmentedPropertyTypeCodeSequence[0].CodeValue for item in seen.SegmentSequence]
    assert names == ["Liver", "Spleen", "Rare"]
    assert codes == ["10200004", "78961009", "rare"]
    algorithm = seen.SegmentSequence[0].SegmentationAlgorithmIdentificationSequence[0]
    assert (algorithm.AlgorithmName, algorithm.AlgorithmVersion) == ("Test task", "1.2")
    assert "threshold=0.5" in algorithm.AlgorithmParameters
    equipment = {item.Manufacturer: item.SoftwareVersions for item in seen.ContributingEquipmentSequence}
    assert equipment["test_plugin"] == "1.2"
    note = json.loads(seen.ImageComments)
    assert note["provenance"]["plugin_sha256"] == PROVENANCE.plugin_sha256
    assert note["values"] == [1, 2, 7]


def test_every_frame_names_its_source_slice(tmp_path, series):
    segmentation = label_map(series)
    seen = pydicom.dcmread(written(tmp_path, segmentation, series))
    named = {
        item.ReferencedSOPInstanceUID for item in seen.ReferencedSeriesSequence[0].ReferencedInstanceSequence
    }
    assert named == {instance.sop_instance_uid for instance in series.instances}
    assert seen.ReferencedSeriesSequence[0].SeriesInstanceUID == series.uid
    for group in seen.PerFrameFunctionalGroupsSequence:
        place = [float(value) for value in group.PlanePositionSequence[0].ImagePositionPatient]
        k = round(float(segmentation.geometry.to_index(place)[2]))
        source = group.DerivationImageSequence[0].SourceImageSequence[0]
        assert source.ReferencedSOPInstanceUID == series.instances[k].sop_instance_uid


def test_frames_of_an_enhanced_source_are_named_by_number(tmp_path):
    echoes = enhanced_series(tmp_path / "mr")
    assert len(echoes) == 2
    series = echoes[1]
    segmentation = label_map(series)
    seen = pydicom.dcmread(written(tmp_path, segmentation, series))
    assert len(seen.SourceImageSequence) == 1
    for group in seen.PerFrameFunctionalGroupsSequence:
        place = [float(value) for value in group.PlanePositionSequence[0].ImagePositionPatient]
        k = round(float(segmentation.geometry.to_index(place)[2]))
        source = group.DerivationImageSequence[0].SourceImageSequence[0]
        assert source.ReferencedFrameNumber == series.instances[k].frame + 1
        assert source.ReferencedSOPClassUID == series.instances[k].sop_class_uid


def test_how_it_was_made_is_told(tmp_path, series):
    def kind(segmentation, **rest):
        path = written(tmp_path, segmentation, series, **rest)
        return pydicom.dcmread(path).SegmentSequence[0].SegmentAlgorithmType

    assert kind(label_map(series)) == "AUTOMATIC"
    assert kind(label_map(series), edited=True) == "SEMIAUTOMATIC"
    assert kind(label_map(series, provenance=None)) == "MANUAL"


def test_a_long_provenance_still_fits(tmp_path, series):
    versions = {f"library {number}": "1.0" * 20 for number in range(300)}
    segmentation = label_map(series, replace(PROVENANCE, versions=versions))
    seen = pydicom.dcmread(written(tmp_path, segmentation, series))
    note = json.loads(seen.ImageComments)
    assert len(seen.ImageComments) <= 10_240
    assert note["left_out"] == ["versions"]


@pytest.mark.parametrize(
    ("keep", "values"),
    [
        ("PatientID", {"PatientID": None, "StudyInstanceUID": None, "SeriesInstanceUID": None}),
        ("odd", {"PatientName": "ONE", "PatientBirthDate": "yesterday", "PatientSex": "female"}),
        ("letters", {"PatientName": "Émile^Zoë", "SpecificCharacterSet": "ISO_IR 100"}),
        ("frame", {"FrameOfReferenceUID": None, "SliceThickness": None}),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")  # pydicom on the odd values, as the files are made
def test_poor_headers_do_not_stand_in_the_way(tmp_path, keep, values):
    series = ct_series(tmp_path / keep, **values)
    segmentation = label_map(series)
    seen = pydicom.dcmread(written(tmp_path, segmentation, series))
    assert np.array_equal(kept(seen.pixel_array), expected_frames(segmentation))
    assert seen.StudyInstanceUID
    if "PatientName" in values:
        assert seen.PatientName == values["PatientName"]
    if keep == "odd":
        assert (seen.PatientBirthDate, seen.PatientSex) == ("", "")


def tilted(folder: Path):
    stack(folder, [[-10, -20 + k, 30 + 2 * k] for k in range(4)])
    return collect([folder]).series[0]


def without_spacing(folder: Path):
    stack(folder, [30, 32, 34, 36], PixelSpacing=None)
    return collect([folder]).series[0]


def with_a_gap(folder: Path):
    stack(folder, [30, 32, 34, 40])
    return collect([folder]).series[0]


@pytest.mark.parametrize(
    ("make", "words"), [(tilted, "tilt"), (without_spacing, "spacing"), (with_a_gap, "spacing")]
)
def test_what_cannot_be_said_is_refused(tmp_path, make, words):
    series = make(tmp_path / "ct")
    with pytest.raises(ValueError, match=words):
        written(tmp_path, label_map(series), series)
    assert not list(tmp_path.glob("*.dcm"))


def test_wrong_labels_and_wrong_grids_are_refused(tmp_path, series):
    good = label_map(series)
    with pytest.raises(ValueError, match="without a label"):
        written(tmp_path, replace(good, labels=good.labels[:2]), series)
    with pytest.raises(ValueError, match="shape"):
        written(tmp_path, replace(good, array=good.array[1:]), series)
    moved = replace(good.geometry, affine=good.geometry.affine + np.eye(4) * 0.1)
    with pytest.raises(ValueError, match="grid"):
        written(tmp_path, replace(good, geometry=moved), series)


def test_a_source_that_was_exchanged_is_noticed(tmp_path, series):
    first, last = series.instances[0].path, series.instances[-1].path
    shutil.copyfile(last, first)
    with pytest.raises(ValueError, match="indexed"):
        written(tmp_path, label_map(series), series)
    first.unlink()
    with pytest.raises(ValueError, match="cannot be read"):
        written(tmp_path, label_map(series), series)


def test_more_labels_than_a_byte_holds(tmp_path, series):
    code = Code("x", "99MEDAPP", "x")
    labels = tuple(Label(number, f"L{number}", code, "#ffffff") for number in range(1, 301))
    array = np.zeros(series.geometry.shape, np.uint16)
    array[2].flat[:63] = np.arange(238, 301)
    segmentation = replace(label_map(series), array=array, labels=labels)
    seen = pydicom.dcmread(written(tmp_path, segmentation, series))
    assert np.array_equal(kept(seen.pixel_array), expected_frames(segmentation))


def test_the_validator_finds_no_error(tmp_path, series):
    validator = shutil.which("dciodvfy") or shutil.which("dciodvfy", path=Path(sys.executable).parent)
    if validator is None:
        pytest.skip("dciodvfy (dicom3tools) is not installed")
    path = written(tmp_path, label_map(series), series)
    told = subprocess.run([validator, str(path)], capture_output=True, text=True, check=False)
    lines = (told.stderr + told.stdout).splitlines()
    assert [line for line in lines if line.startswith("Error")] == []
    assert any("Segmentation" in line for line in lines)
