"""Made-up series for the benches; the same on every machine, kept for the length of a run."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

import numpy as np


@functools.cache
def scratch() -> Path:
    """A folder that goes when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="medapp-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def phantom_slice(k: int, rows: int = 512, columns: int = 512) -> np.ndarray:
    """One int16 slice (rows, columns) in HU of a body with lungs, bone and noise."""
    i, j = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
    image = np.full((rows, columns), -1000, dtype=np.float32)
    image[(i / 0.9) ** 2 + (j / 0.65) ** 2 < 1] = 40
    for side in (-0.42, 0.42):
        image[((i - side) / (0.3 + 0.05 * np.sin(k / 40))) ** 2 + (j / 0.45) ** 2 < 1] = -850
    image[(i / 0.1) ** 2 + ((j - 0.45) / 0.1) ** 2 < 1] = 700
    noise = np.random.default_rng(k).normal(0, 12, image.shape)
    return np.clip(image + noise, -1024, 3000).astype(np.int16)


def ct_series(
    folder: Path, slices: int = 400, *, rows: int = 512, columns: int = 512, name: str = "ct"
) -> Path:
    """Write a raw (explicit little endian) CT Image Storage series; file names do not follow the position.

    Written once for a `folder` and `name`; spacing 1.25 × 0.7 × 0.7 mm, intercept -1024.
    """
    target = folder / name
    if target.is_dir():
        return target
    target.mkdir(parents=True)
    order = np.random.default_rng(1).permutation(slices)
    base = _template(rows, columns)
    for file_number, k in enumerate(order):
        base.SOPInstanceUID = base.file_meta.MediaStorageSOPInstanceUID = (
            f"1.2.826.0.1.3680043.8.498.7.1.{k + 1}"
        )
        base.InstanceNumber = int(k) + 1
        base.ImagePositionPatient = [-179.2, -179.2, round(-500 + 1.25 * float(k), 3)]
        base.SliceLocation = base.ImagePositionPatient[2]
        base.PixelData = (phantom_slice(int(k % 50), rows, columns) + np.int16(1024)).tobytes()
        base.save_as(target / f"IM{file_number:05d}.dcm", enforce_file_format=True)
    return target


def _template(rows: int, columns: int):
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = CTImageStorage
    values = {
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"], "StudyDate": "20260102", "SeriesDate": "20260102",
        "StudyTime": "101112", "AccessionNumber": "", "Modality": "CT", "Manufacturer": "Bench",
        "ReferringPhysicianName": "", "StudyDescription": "Chest", "SeriesDescription": "Axial 1.25",
        "PatientName": "Bench^Case", "PatientID": "BENCH1", "PatientBirthDate": "19700101", "PatientSex": "O",
        "SliceThickness": 1.25, "KVP": 120, "StudyInstanceUID": "1.2.826.0.1.3680043.8.498.7",
        "SeriesInstanceUID": "1.2.826.0.1.3680043.8.498.7.1", "StudyID": "1", "SeriesNumber": 1,
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "FrameOfReferenceUID": "1.2.826.0.1.3680043.8.498.7.2",
        "PositionReferenceIndicator": "", "SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2",
        "Rows": rows, "Columns": columns, "PixelSpacing": [0.7, 0.7], "BitsAllocated": 16, "BitsStored": 16,
        "HighBit": 15, "PixelRepresentation": 1, "WindowCenter": 40, "WindowWidth": 400,
        "RescaleIntercept": -1024, "RescaleSlope": 1, "RescaleType": "HU",
    }  # fmt: skip
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset
