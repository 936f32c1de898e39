"""Writes an image as a series of MR Image Storage (PS3.3 A.4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from medapp.services.sample import person

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset
    from pydicom.uid import UID

_UID_ROOT = "1.2.826.0.1.3680043.8.498."
"""pydicom's root: the UIDs below it are made from text, so that the same seed gives the same series."""


@dataclass(frozen=True)
class Sequence:
    """What a series says of its acquisition; `header` holds further attributes by keyword."""

    number: int
    description: str
    thickness: float
    window: tuple[float, float]
    header: Mapping[str, object] = field(default_factory=dict)


T1_SEQUENCE = Sequence(
    2,
    "T1 3D GRE post contrast",
    1.0,
    (470.0, 940.0),
    {
        "ScanningSequence": ["GR", "IR"],
        "SequenceVariant": ["SP", "MP"],
        "MRAcquisitionType": "3D",
        "RepetitionTime": 2300.0,
        "EchoTime": 2.98,
        "InversionTime": 900.0,
        "EchoTrainLength": 1,
        "FlipAngle": 9.0,
        "ContrastBolusAgent": "Gadolinium chelate",
    },
)
T2_SEQUENCE = Sequence(
    3,
    "T2 TSE axial",
    4.0,
    (480.0, 960.0),
    {
        "ScanningSequence": "SE",
        "SequenceVariant": "SK",
        "MRAcquisitionType": "2D",
        "RepetitionTime": 5200.0,
        "EchoTime": 98.0,
        "EchoTrainLength": 15,
        "FlipAngle": 150.0,
    },
)


def uid(*parts: object) -> UID:
    """The same UID for the same parts."""
    from pydicom.uid import generate_uid

    return generate_uid(prefix=_UID_ROOT, entropy_srcs=["medapp sample", *map(str, parts)])


def write_series(
    folder: Path, image: NDArray[np.uint16], sequence: Sequence, first: tuple[float, float, float], seed: int
) -> Path:
    """Write one file a slice into `folder`, which is made.

    Args:
        folder: Where the files go.
        image: Slices, rows, columns; axial, 1 mm in plane, slices from the feet to the head.
        sequence: How it was acquired.
        first: Left, posterior, superior in mm of the first voxel's centre.
        seed: Part of every UID.

    Raises:
        OSError: Where a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    dataset = _common(sequence, seed)
    dataset.Rows, dataset.Columns = image.shape[1:]
    for k, plane in enumerate(image):
        instance = uid(seed, sequence.number, k)
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = instance
        dataset.InstanceNumber = k + 1
        superior = first[2] + k * sequence.thickness
        dataset.ImagePositionPatient = [first[0], first[1], superior]
        dataset.SliceLocation = superior
        dataset.PixelData = plane.tobytes()
        dataset.save_as(folder / f"MR{k + 1:04d}.dcm", enforce_file_format=True)
    return folder


def _common(sequence: Sequence, seed: int) -> Dataset:
    """Everything that all slices of a series share."""
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage

    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.MediaStorageSOPClassUID = MRImageStorage
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    for keyword, value in {**_patient_and_study(seed), **_image(sequence, seed), **sequence.header}.items():
        setattr(dataset, keyword, value)
    dataset.SOPClassUID = MRImageStorage
    return dataset


def _patient_and_study(seed: int) -> dict[str, object]:
    date = person.STUDY_DATE.replace("-", "")
    return {
        "SpecificCharacterSet": "ISO_IR 192",
        "PatientName": f"{person.FAMILY}^{person.GIVEN}",
        "PatientID": person.PATIENT_ID,
        "IssuerOfPatientID": person.ISSUER,
        "PatientBirthDate": person.BIRTH_DATE.replace("-", ""),
        "PatientSex": person.SEX,
        "PatientAge": "061Y",
        "PatientWeight": 68.0,
        "PatientComments": "Made up; no real person",
        "StudyInstanceUID": uid(seed, "study"),
        "StudyDate": date,
        "SeriesDate": date,
        "AcquisitionDate": date,
        "ContentDate": date,
        "StudyTime": person.STUDY_TIME,
        "SeriesTime": person.STUDY_TIME,
        "AcquisitionTime": person.STUDY_TIME,
        "ContentTime": person.STUDY_TIME,
        "AccessionNumber": "SAMPLE1",
        "ReferringPhysicianName": "",
        "StudyID": "1",
        "StudyDescription": "MR head with and without contrast",
        "InstitutionName": "Sample Hospital",
        "Manufacturer": "Made up",
        "ManufacturerModelName": "Sample head",
    }


def _image(sequence: Sequence, seed: int) -> dict[str, object]:
    return {
        "Modality": "MR",
        "SeriesInstanceUID": uid(seed, "series", sequence.number),
        "SeriesNumber": sequence.number,
        "SeriesDescription": sequence.description,
        "ProtocolName": sequence.description,
        "BodyPartExamined": "HEAD",
        "PatientPosition": "HFS",
        "FrameOfReferenceUID": uid(seed, "frame of reference"),
        "PositionReferenceIndicator": "",
        "ImageType": ["ORIGINAL", "PRIMARY", "OTHER"],
        "AcquisitionNumber": 1,
        "ScanOptions": "",
        "MagneticFieldStrength": 3.0,
        "SliceThickness": sequence.thickness,
        "SpacingBetweenSlices": sequence.thickness,
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PixelSpacing": [1.0, 1.0],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
        "WindowCenter": sequence.window[0],
        "WindowWidth": sequence.window[1],
        "BurnedInAnnotation": "NO",
    }
