"""Patient, study and series facts of a header, in the words of the domain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from medapp.domain.notice import Notice
from medapp.domain.patient import Instance, Patient, Study

if TYPE_CHECKING:
    from medapp.formats.dicom.frames import Frame
    from medapp.formats.dicom.header import Header

EXTRA: Final = (
    "SliceThickness",
    "SpacingBetweenSlices",
    "RepetitionTime",
    "EchoTime",
    "InversionTime",
    "FlipAngle",
    "MagneticFieldStrength",
    "EchoTrainLength",
    "ScanningSequence",
    "SequenceVariant",
    "SequenceName",
    "MRAcquisitionType",
    "KVP",
    "XRayTubeCurrent",
    "Exposure",
    "ExposureTime",
    "ConvolutionKernel",
    "GantryDetectorTilt",
    "ReconstructionDiameter",
    "ViewPosition",
    "PatientPosition",
    "PatientOrientation",
    "ContrastBolusAgent",
    "BodyPartExamined",
    "ProtocolName",
    "Manufacturer",
    "ManufacturerModelName",
    "StationName",
    "AcquisitionDate",
    "AcquisitionTime",
    "SeriesDate",
    "SeriesTime",
    "ContentDate",
    "ContentTime",
    "ImageType",
    "PhotometricInterpretation",
    "BurnedInAnnotation",
    "LossyImageCompression",
    "LossyImageCompressionRatio",
    "LossyImageCompressionMethod",
    "FrameTime",
    "CineRate",
    "PixelAspectRatio",
    "PixelSpacing",
    "ImagerPixelSpacing",
    "PixelSpacingCalibrationType",
    "Units",
    "SeriesType",
    "PatientAge",
    "PatientSize",
    "PatientWeight",
    "ReferringPhysicianName",
    "ImageComments",
    "DoseUnits",
    "SegmentationType",
    "StructureSetLabel",
    "ContentLabel",
    "ContentDescription",
    "DocumentTitle",
    "MIMETypeOfEncapsulatedDocument",
    "DerivationDescription",
    "PresentationIntentType",
)

PATIENT_KEYWORDS: Final = (
    "PatientID",
    "PatientName",
    "PatientBirthDate",
    "PatientSex",
    "IssuerOfPatientID",
)
"""What `patient_of` reads."""

_UID: Final = re.compile(r"[0-9]+(\.[0-9]+)*")
_DATE: Final = re.compile(r"\d{8}|\d{4}\.\d{2}\.\d{2}")
_MAX_UID: Final = 64
_MAX_NAME: Final = 3 * 64 + 2
_MAX_LONG_STRING: Final = 64


def patient_of(header: Header) -> Patient:
    """The patient as the file names them."""
    number, name, birth, sex, issuer = map(header.text, PATIENT_KEYWORDS)
    return Patient(number, name, _date(birth), sex[:16], issuer)


def study_of(header: Header, patient: Patient | None = None) -> Study:
    """The study as the file names it."""
    text = header.text
    return Study(
        text("StudyInstanceUID"),
        patient or patient_of(header),
        _date(text("StudyDate")),
        text("StudyTime"),
        text("StudyDescription"),
        text("AccessionNumber"),
        text("InstitutionName"),
    )


def _date(text: str) -> str:
    return text.replace(".", "") if _DATE.fullmatch(text) else ""


def instance_of(frame: Frame) -> Instance:
    """Where a frame comes from."""
    return file_instance(frame.header, frame.index)


def file_instance(header: Header, index: int | None = None) -> Instance:
    """Where the frames of a file come from."""
    return Instance(
        header.path,
        header.text("SOPInstanceUID"),
        header.sop_class_uid,
        header.transfer_syntax_uid,
        header.integer("InstanceNumber"),
        index,
    )


def extra_of(header: Header) -> tuple[tuple[str, str], ...]:
    """Facts for the corner texts."""
    found = ((keyword, header.text(keyword)) for keyword in EXTRA)
    return tuple((keyword, text) for keyword, text in found if text)


def source_series(header: Header) -> tuple[str, ...]:
    """Series that a derived object was made from."""
    found = [item.text("SeriesInstanceUID") for item in header.values.items("ReferencedSeriesSequence")]
    for reference in header.values.items("ReferencedFrameOfReferenceSequence"):
        for study in reference.items("RTReferencedStudySequence"):
            found += [item.text("SeriesInstanceUID") for item in study.items("RTReferencedSeriesSequence")]
    return tuple(dict.fromkeys(uid for uid in found if uid))


def identity_notices(header: Header) -> list[Notice]:
    """What is wrong with the identifying values."""
    found: list[Notice] = []
    missing = [
        keyword
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
        if not header.text(keyword)
    ]
    if missing:
        message = f"The file lacks {', '.join(missing)}; its images are grouped by folder and geometry."
        found.append(Notice("uid-missing", message, "warning", {"missing": missing}))
    wrong = _wrong_values(header)
    if wrong:
        message = f"Header values that the standard does not allow: {', '.join(wrong)}."
        found.append(Notice("values-invalid", message, "info", {"keywords": wrong}))
    return found


def _wrong_values(header: Header) -> list[str]:
    wrong: list[str] = []
    for keyword in (
        "StudyInstanceUID",
        "SeriesInstanceUID",
        "SOPInstanceUID",
        "SOPClassUID",
        "FrameOfReferenceUID",
    ):
        text = header.text(keyword)
        if text and (len(text) > _MAX_UID or not _UID.fullmatch(text)):
            wrong.append(keyword)
    for keyword in ("PatientBirthDate", "StudyDate", "SeriesDate"):
        text = header.text(keyword)
        if text and not _DATE.fullmatch(text):
            wrong.append(keyword)
    for keyword, limit in (("PatientName", _MAX_NAME), ("PatientID", _MAX_LONG_STRING), ("PatientSex", 16)):
        text = header.text(keyword)
        if len(text) > limit or any(ord(character) < ord(" ") for character in text):
            wrong.append(keyword)
    return wrong
