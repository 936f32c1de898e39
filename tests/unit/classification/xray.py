"""Chest-like X-rays that are drawn, not taken: two dark lungs in a grey body, a heart, and noise."""

import numpy as np
from scipy import ndimage

from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume


def drawn(seed=0, size=256, *, spot=False, heart=0.16):
    """(size, size) uint8 of a person who differs from others; tissue bright, as MONOCHROME2 shows it."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0 : 1 : size * 1j, 0 : 1 : size * 1j]
    turn, right, down, wide, tall = random.uniform(-1, 1, 5) * (0.08, 0.03, 0.03, 0.02, 0.04)
    x, y = x - 0.5 + right + turn * (y - 0.5) + 0.5, y - 0.5 + down - turn * (x - 0.5) + 0.5
    image = 0.75 - random.uniform(0.05, 0.3) * np.abs(x - 0.5)
    for side in (0.3, 0.7):
        lung = ((x - side) / (0.15 + wide)) ** 2 + ((y - 0.45) / (0.3 + tall)) ** 2
        image -= random.uniform(0.35, 0.5) / (1 + np.exp(12 * (lung - 1)))
    shadow = ((x - 0.55) / heart) ** 2 + ((y - 0.62) / 0.14) ** 2
    image += 0.35 / (1 + np.exp(12 * (shadow - 1)))
    image[y > 0.82 + tall] = 0.8
    for rib in np.linspace(0.2, 0.7, 6) + random.uniform(-0.03, 0.03):
        image += 0.06 * np.exp(-(((y - rib - 0.1 * (x - 0.5) ** 2) / 0.012) ** 2))
    if spot:
        image += 0.4 * np.exp(-((x - 0.3) ** 2 + (y - 0.35) ** 2) / 0.001)
    image += ndimage.zoom(0.03 * random.standard_normal((32, 32)), size / 32, order=1)[:size, :size]
    return np.clip(255 * image, 0, 255).astype(np.uint8)


def as_volume(image, **rest):
    """A single CR image."""
    geometry = Geometry.unknown((1, *image.shape))
    return Volume(image[None], geometry, "CR", **rest)


def write_dicom(path, image, *, photometric="MONOCHROME2", **tags):
    """A CR file of a person who does not exist; a tag of None is left out."""
    import pydicom
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import ComputedRadiographyImageStorage, ExplicitVRLittleEndian, generate_uid

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = ComputedRadiographyImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file = pydicom.Dataset()
    file.file_meta = meta
    values = {
        "SOPClassUID": ComputedRadiographyImageStorage,
        "SOPInstanceUID": meta.MediaStorageSOPInstanceUID,
        "StudyInstanceUID": generate_uid(),
        "SeriesInstanceUID": generate_uid(),
        "PatientName": "Nobody^Known",
        "PatientID": "X1",
        "PatientSex": "F",
        "PatientAge": "050Y",
        "StudyDate": "20200101",
        "Modality": "CR",
        "BodyPartExamined": "CHEST",
        "ViewPosition": "PA",
        "PhotometricInterpretation": photometric,
        "SamplesPerPixel": 1,
        "Rows": image.shape[0],
        "Columns": image.shape[1],
        "BitsAllocated": 8,
        "BitsStored": 8,
        "HighBit": 7,
        "PixelRepresentation": 0,
        "PixelData": image.tobytes(),
    } | tags
    for keyword, value in values.items():
        if value is not None:
            setattr(file, keyword, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    file.save_as(path, enforce_file_format=True)
    return path
