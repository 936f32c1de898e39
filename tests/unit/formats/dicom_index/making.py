"""Small DICOM files made by pydicom, for tests of the index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    CTImageStorage,
    EnhancedMRImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    generate_uid,
)

STUDY = "1.2.826.0.1.3680043.8.498.1"
SERIES = "1.2.826.0.1.3680043.8.498.1.1"
FRAME = "1.2.826.0.1.3680043.8.498.1.9"
AXIAL = [1, 0, 0, 0, 1, 0]
ROWS, COLUMNS = 6, 8


def image(sop_class: str = CTImageStorage, syntax: str = ExplicitVRLittleEndian, **values: Any) -> Dataset:
    """One image; `values` overwrite or, where None, take out elements."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = sop_class
    uid = generate_uid(entropy_srcs=[repr(sorted((k, str(v)) for k, v in values.items()))])
    stated: dict[str, Any] = {
        "SOPClassUID": sop_class,
        "SOPInstanceUID": uid,
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "Modality": "MR" if sop_class in (MRImageStorage, EnhancedMRImageStorage) else "CT",
        "PatientName": "Doe^Jane",
        "PatientID": "P1",
        "PatientBirthDate": "19700101",
        "PatientSex": "F",
        "StudyInstanceUID": STUDY,
        "SeriesInstanceUID": SERIES,
        "StudyDate": "20260102",
        "SeriesNumber": 3,
        "SeriesDescription": "Test",
        "InstanceNumber": 1,
        "FrameOfReferenceUID": FRAME,
        "ImagePositionPatient": [-10, -20, 30],
        "ImageOrientationPatient": AXIAL,
        "PixelSpacing": [0.5, 0.25],
        "SliceThickness": 2,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": ROWS,
        "Columns": COLUMNS,
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 1,
        "RescaleIntercept": -1024,
        "RescaleSlope": 1,
        "PixelData": np.zeros((ROWS, COLUMNS), np.int16).tobytes(),
    }
    for keyword, value in (stated | values).items():
        if value is not None:
            setattr(dataset, keyword, value)
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID") or uid
    if isinstance(dataset.get("PixelData"), bytes):
        dataset["PixelData"].VR = "OW"
    return dataset


def save(dataset: Dataset, path: Path) -> Path:
    """Write a file with preamble."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


def stack(folder: Path, positions: list[Any], **values: Any) -> list[Path]:
    """Axial slices at z positions, or at full positions; file names run against the positions."""
    paths = []
    for number, place in enumerate(positions, 1):
        position = place if isinstance(place, list | tuple) else [-10, -20, place]
        one = {"InstanceNumber": number, "ImagePositionPatient": list(position)} | values
        paths.append(save(image(**one), folder / f"{len(positions) - number:04d}.dcm"))
    return paths


def enhanced(frames: list[dict[str, Any]], **values: Any) -> Dataset:
    """An enhanced MR; frames state ``position`` and maybe ``echo``, ``b``, ``time``, ``stack``."""
    dataset = image(
        EnhancedMRImageStorage,
        NumberOfFrames=len(frames),
        ImagePositionPatient=None,
        ImageOrientationPatient=None,
        PixelSpacing=None,
        SliceThickness=None,
        PixelData=np.zeros((len(frames), ROWS, COLUMNS), np.int16).tobytes(),
        **values,
    )
    shared, plane, measures = Dataset(), Dataset(), Dataset()
    plane.ImageOrientationPatient = AXIAL
    measures.PixelSpacing = [0.5, 0.25]
    measures.SliceThickness = 2
    shared.PlaneOrientationSequence = Sequence([plane])
    shared.PixelMeasuresSequence = Sequence([measures])
    dataset.SharedFunctionalGroupsSequence = Sequence([shared])
    dataset.PerFrameFunctionalGroupsSequence = Sequence([_group(frame) for frame in frames])
    return dataset


def _group(frame: dict[str, Any]) -> Dataset:
    group, place, content = Dataset(), Dataset(), Dataset()
    place.ImagePositionPatient = [-10, -20, frame["position"]]
    group.PlanePositionSequence = Sequence([place])
    content.StackID = frame.get("stack", "1")
    content.InStackPositionNumber = 1
    if "time" in frame:
        content.TemporalPositionIndex = frame["time"]
    group.FrameContentSequence = Sequence([content])
    if "echo" in frame:
        echo = Dataset()
        echo.EffectiveEchoTime = frame["echo"]
        group.MREchoSequence = Sequence([echo])
    if "b" in frame:
        diffusion = Dataset()
        diffusion.DiffusionBValue = frame["b"]
        group.MRDiffusionSequence = Sequence([diffusion])
    return group
