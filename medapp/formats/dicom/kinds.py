"""What sort of object a file is, from its SOP class (PS3.4 annex B)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from medapp.domain.patient import SeriesKind
    from medapp.formats.dicom.header import Header

MEDIA_DIRECTORY: Final = "1.2.840.10008.1.3.10"
SEGMENTATION: Final = frozenset(("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7"))
RT_DOSE: Final = "1.2.840.10008.5.1.4.1.1.481.2"
RT_IMAGE: Final = "1.2.840.10008.5.1.4.1.1.481.1"
RT_STRUCTURES: Final = "1.2.840.10008.5.1.4.1.1.481.3"
NUCLEAR_MEDICINE: Final = "1.2.840.10008.5.1.4.1.1.20"
SECONDARY_CAPTURE: Final = "1.2.840.10008.5.1.4.1.1.7"
WHOLE_SLIDE: Final = "1.2.840.10008.5.1.4.1.1.77.1.6"

_STORAGE: Final = "1.2.840.10008.5.1.4.1.1."
_WAVEFORM: Final = (f"{_STORAGE}9.",)
_DOCUMENT: Final = (f"{_STORAGE}88.", f"{_STORAGE}104.", f"{_STORAGE}11.", f"{_STORAGE}79.")
_NO_IMAGE: Final = (
    f"{_STORAGE}66",
    f"{_STORAGE}67",
    f"{_STORAGE}68.",
    f"{_STORAGE}91.",
    f"{_STORAGE}131",
    f"{_STORAGE}200.",
    f"{_STORAGE}481.",
    "1.2.840.10008.5.1.4.34.",
    "1.2.840.10008.5.1.4.38.",
    "1.2.840.10008.5.1.4.39.",
    "1.2.840.10008.5.1.4.43.",
    "1.2.840.10008.5.1.4.44.",
    "1.2.840.10008.5.1.4.45.",
)
_DOCUMENT_MODALITIES: Final = frozenset(("SR", "PR", "KO", "DOC"))
PROJECTION: Final = frozenset(
    [
        "BDUS",
        "BI",
        "BMD",
        "CR",
        "DG",
        "DX",
        "EC",
        "EPS",
        "ES",
        "GM",
        "HC",
        "IO",
        "IVUS",
        "LS",
        "MG",
        "OAM",
        "OP",
        "OPM",
        "OPV",
        "OSS",
        "PX",
        "RF",
        "RG",
        "RTIMAGE",
        "SM",
        "TG",
        "US",
        "XA",
        "XC",
    ],
)
"""Modalities whose images are looked at one by one."""


_CT_CLASSES: Final = frozenset((f"{_STORAGE}2", f"{_STORAGE}2.1", f"{_STORAGE}2.2"))
_MODALITIES: Final = {
    **dict.fromkeys(_CT_CLASSES, frozenset(("CT",))),
    **dict.fromkeys((f"{_STORAGE}4{part}" for part in ("", ".1", ".2", ".3", ".4")), frozenset(("MR",))),
    **dict.fromkeys((f"{_STORAGE}128", f"{_STORAGE}128.1", f"{_STORAGE}130"), frozenset(("PT",))),
    **dict.fromkeys((f"{_STORAGE}3.1", f"{_STORAGE}6.1", f"{_STORAGE}6.2"), frozenset(("US", "IVUS"))),
    NUCLEAR_MEDICINE: frozenset(("NM",)),
    f"{_STORAGE}1": frozenset(("CR",)),
    f"{_STORAGE}12.1": frozenset(("XA",)),
    f"{_STORAGE}12.2": frozenset(("RF",)),
    RT_DOSE: frozenset(("RTDOSE",)),
    RT_IMAGE: frozenset(("RTIMAGE",)),
    RT_STRUCTURES: frozenset(("RTSTRUCT",)),
    **dict.fromkeys(SEGMENTATION, frozenset(("SEG",))),
}
"""Modalities that the standard allows for a SOP class, where it names them (PS3.3 C.8)."""


def is_of_another_modality(header: Header) -> bool:
    """True where the SOP class of a file is not one of its stated modality."""
    modality, allowed = header.text("Modality"), _MODALITIES.get(header.sop_class_uid)
    return bool(modality) and allowed is not None and modality not in allowed


def may_be_ct(header: Header) -> bool:
    """True for CT image objects, and for objects that do not state their SOP class."""
    return header.sop_class_uid in _CT_CLASSES or not header.sop_class_uid


def kind_of(header: Header) -> SeriesKind | None:
    """Kind of an object that is no plain image; None for images."""
    uid = header.sop_class_uid
    if uid in SEGMENTATION:
        return "segmentation"
    if uid == RT_STRUCTURES:
        return "structures"
    if uid.startswith(_WAVEFORM):
        return "waveform"
    if uid.startswith(_DOCUMENT):
        return "document"
    if uid in (RT_DOSE, RT_IMAGE) or header.has_pixels:
        return None
    if uid.startswith(_NO_IMAGE):
        return "other"
    return "document" if header.text("Modality") in _DOCUMENT_MODALITIES else None


def is_localizer(image_type: tuple[str, ...]) -> bool:
    """True for scouts, which never enter a volume."""
    return any(word in ("LOCALIZER", "SCOUT", "TOPOGRAM", "SURVEY") for word in image_type)


def is_slide(header: Header) -> bool:
    """True where the frames are tiles of one large image."""
    return (
        header.sop_class_uid == WHOLE_SLIDE or header.values.bytes_of("TotalPixelMatrixColumns") is not None
    )
