"""The images a segmentation was made from, in the form in which highdicom takes them: one data set a slice.

Single-frame and enhanced multi-frame sources, and parts of either, are all brought to the same form; the
references to the true instances are put in once the segmentation is built.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.formats.dicom.frames import frames_of
from medapp.formats.dicom.walk import read_header
from medapp.formats.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset
    from pydicom.tag import BaseTag
    from pydicom.valuerep import PersonName

    from medapp.domain.geometry import Geometry
    from medapp.domain.patient import Instance, Series
    from medapp.formats.dicom.frames import Frame

_SINGLE_FRAME: Final = "1.2.840.10008.5.1.4.1.1.4"
"""MR Image Storage: a class that highdicom knows as one frame a file. It is not written anywhere."""
_GROUPS: Final = frozenset((0x0008, 0x0010, 0x0012, 0x0020, 0x0032))
_OTHERS: Final = frozenset((0x0018_1000, 0x0018_1020, 0x0028_2110, 0x0028_2112, 0x0028_2114))
"""Serial number and software of the device; whether, how far and how pixels were compressed with loss."""
_OF_A_SLICE: Final = ("SOPInstanceUID", "ImagePositionPatient", "ImageOrientationPatient")
_MAY_BE_EMPTY: Final = (
    "PatientID",
    "PatientName",
    "PatientBirthDate",
    "PatientSex",
    "AccessionNumber",
    "StudyID",
    "StudyDate",
    "StudyTime",
    "ReferringPhysicianName",
)
_SEXES: Final = ("M", "F", "O", "")
_OFF_PIXELS: Final = 0.5
_OFF_MM: Final = 0.05


@dataclass(frozen=True)
class Sources:
    """The slices of a series, in their order.

    Attributes:
        datasets: Header of every slice, under an identifier of its own.
        instances: The file, and the frame in it, that each stands for.
        names: Names of persons by keyword. They are kept out of the headers, for highdicom warns of names
            of one component, which are the source's own affair.
    """

    datasets: tuple[Dataset, ...]
    instances: tuple[Instance, ...]
    names: Mapping[str, PersonName]


def sources_of(series: Series) -> Sources:
    """One source a slice of `series`, in the order of its slices.

    Raises:
        ValueError: Where a file is gone, cannot be read or no longer holds the slice that was indexed.
    """
    from pydicom.uid import generate_uid

    geometry = series.geometry
    if geometry is None or not series.instances:
        message = "the series holds no images"
        raise ValueError(message)
    frames = _frames(series)
    identity, names = _identity(series)
    normal = geometry.normal
    start = float(np.asarray(frames[0].position) @ normal) if frames[0].position else 0.0
    found = []
    for k, frame in enumerate(frames):
        _check_place(frame, k, geometry, start)
        dataset = _copy(identity)
        dataset.SOPInstanceUID = generate_uid()
        dataset.ImagePositionPatient = [_decimal(value) for value in frame.position or ()]
        dataset.ImageOrientationPatient = [_decimal(value) for value in frames[0].orientation or ()]
        dataset.PixelSpacing = [_decimal(geometry.steps[1]), _decimal(geometry.steps[0])]
        dataset.SliceThickness = _decimal(frames[0].thickness or geometry.steps[2])
        dataset.Rows, dataset.Columns = geometry.shape[1:]
        found.append(dataset)
    return Sources(tuple(found), series.instances, names)


def _frames(series: Series) -> list[Frame]:
    files: dict[Path, tuple[Frame, ...]] = {}
    found = []
    for instance in series.instances:
        if instance.path not in files:
            try:
                files[instance.path] = frames_of(read_header(instance.path)) or ()
            except UnreadableError as error:
                message = f"the image {instance.path.name} cannot be read: {error.reason}"
                raise ValueError(message) from error
        frames, index = files[instance.path], instance.frame or 0
        if index >= len(frames) or frames[index].position is None or frames[index].orientation is None:
            message = f"the image {instance.path.name} does not state where it lies in the patient"
            raise ValueError(message)
        found.append(frames[index])
    return found


def _check_place(frame: Frame, k: int, geometry: Geometry, start: float) -> None:
    """Refuse a file that was exchanged since it was indexed."""
    position = np.asarray(frame.position, dtype=np.float64)
    i, j, _ = geometry.to_index(position)
    positions = geometry.slice_positions
    off = 0.0
    if positions:
        off = abs(float(position @ geometry.normal) - start - (positions[k] - positions[0]))
    header = frame.header
    same_size = (header.rows, header.columns) == geometry.shape[1:]
    if not same_size or max(abs(i), abs(j)) > _OFF_PIXELS or off > _OFF_MM:
        message = f"the image {header.path.name} is not the one that was indexed; open its folder again"
        raise ValueError(message)


def _decimal(value: float) -> Any:  # noqa: ANN401 - pydicom's DS is one of several classes
    from pydicom.valuerep import DSfloat

    return DSfloat(float(value), auto_format=True)


def _copy(identity: Dataset) -> Dataset:
    from pydicom.dataset import Dataset

    copied = Dataset()
    copied.update(identity)
    return copied


def _identity(series: Series) -> tuple[Dataset, dict[str, PersonName]]:
    """Patient, study and equipment of the series; values that the standard does not allow are left out."""
    from pydicom import dcmread
    from pydicom.dataset import Dataset
    from pydicom.uid import generate_uid

    found = Dataset()
    header = dcmread(series.instances[0].path, stop_before_pixels=True, force=True)
    for tag in header.keys():  # noqa: SIM118 - iterating a data set converts its values, which may fail
        if _wanted(tag):
            _take(found, header, tag)
    names = {item.keyword: item.value for item in found if item.VR == "PN"}
    for keyword in (*_OF_A_SLICE, *names):
        found.pop(keyword, None)
    for keyword in _MAY_BE_EMPTY:
        if keyword not in found or found[keyword].value is None:
            setattr(found, keyword, "")
    if found.PatientSex not in _SEXES:
        found.PatientSex = ""
    found.SOPClassUID = _SINGLE_FRAME
    found.Modality = series.modality or "OT"
    # What the source does not name gets an identifier that is the same for every result made from it.
    found.StudyInstanceUID = series.study.uid or generate_uid(entropy_srcs=["study", series.key])
    found.SeriesInstanceUID = series.uid or generate_uid(entropy_srcs=["series", series.key])
    frame = series.geometry.frame_of_reference_uid if series.geometry is not None else ""
    found.FrameOfReferenceUID = frame or generate_uid(entropy_srcs=["frame of reference", series.key])
    if "PositionReferenceIndicator" not in found:
        found.PositionReferenceIndicator = ""
    return found, names


def _take(found: Dataset, header: Dataset, tag: BaseTag) -> None:
    from pydicom import config
    from pydicom.valuerep import PersonName, validate_value

    try:
        element: DataElement = header[tag]
        if element.VR == "SQ" or not element.keyword:
            return
        # A name decoded once, since the new object is written in UTF-8.
        value = PersonName(str(element.value)) if element.VR == "PN" else element.value
        for part in value if element.VM > 1 else [value]:
            validate_value(element.VR, part, config.RAISE)
        setattr(found, element.keyword, value)
    except Exception:  # noqa: BLE001 - whatever a damaged value raises, it does not go into a new object
        return


def _wanted(tag: BaseTag) -> bool:
    return tag.group in _GROUPS or tag in _OTHERS
