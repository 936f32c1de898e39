"""Patient, study and series facts of a header, in the words of the domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.notice import Notice
from medapp.domain.patient import Instance, Patient, Study
from medapp.formats.dicom.conformity import is_age, is_date, is_time, wrong_values
from medapp.formats.dicom.kinds import is_of_another_modality
from medapp.formats.dicom.tags import KEYWORDS, PIXEL_DATA

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

_REQUIRED: Final = ("SOPClassUID", "Modality")
_REQUIRED_OF_PIXELS: Final = (
    *("SamplesPerPixel", "PhotometricInterpretation"),
    *("BitsStored", "HighBit", "PixelRepresentation"),
)
"""Elements of type 1 that are read with a default where they are missing (PS3.3 C.7.6.3, C.12.1)."""
_PRESENT: Final = ("PatientName", "PatientID")
"""Elements of type 2: they may be empty, but have to be there (PS3.3 C.7.1.1)."""


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
        text("StudyTime") if is_time(text("StudyTime")) else "",
        text("StudyDescription"),
        text("AccessionNumber"),
        text("InstitutionName"),
    )


def _date(text: str) -> str:
    return text.replace(".", "") if is_date(text) else ""


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
    """Facts for the corner texts; dates, times and ages that are none are left out."""
    found = ((keyword, header.text(keyword)) for keyword in EXTRA)
    return tuple((keyword, text) for keyword, text in found if text and _may_be_shown(keyword, text))


def _may_be_shown(keyword: str, text: str) -> bool:
    check = {"AS": is_age, "DA": is_date, "TM": is_time}.get(KEYWORDS[keyword][1])
    return check is None or check(text)


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
    found += _class_notices(header)
    wrong = wrong_values(header)
    if wrong:
        message = f"Header values that the standard does not allow: {', '.join(wrong)}."
        found.append(Notice("values-invalid", message, "info", {"keywords": wrong}))
    return found


def _class_notices(header: Header) -> list[Notice]:
    """What a file says of its own kind, where that does not go together or is not said."""
    found: list[Notice] = []
    outside, inside = header.text("MediaStorageSOPClassUID"), header.text("SOPClassUID")
    if outside and inside and outside != inside:
        message = "The file meta information states another SOP class than the data set, which was followed."
        found.append(Notice("sop-class-mismatch", message, "warning", {"meta": outside, "data": inside}))
    if is_of_another_modality(header):
        modality = header.text("Modality")
        message = f"The modality ({modality[:16]}) is not one of this SOP class; values have no unit."
        found.append(Notice("modality-mismatch", message, "warning", {"modality": modality}))
    missing = [keyword for keyword in _REQUIRED if not header.text(keyword)]
    if header.pixel_tag == PIXEL_DATA:
        missing += [keyword for keyword in _REQUIRED_OF_PIXELS if not header.values.bytes_of(keyword)]
    missing += [keyword for keyword in _PRESENT if header.values.bytes_of(keyword) is None]
    if missing:
        message = f"The file lacks what the standard requires: {', '.join(missing)}."
        found.append(Notice("elements-missing", message, "info", {"missing": missing}))
    return found
