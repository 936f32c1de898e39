"""Patients, studies, series and the files they come from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from medapp.domain.geometry import Geometry
    from medapp.domain.notice import Notice

SeriesKind = Literal["volume", "stack", "segmentation", "structures", "document", "waveform", "other"]
"""``volume``: parallel slices; ``stack``: frames looked at one by one (X-ray, cine, colour);
``structures``: RTSTRUCT; ``document``: SR, PDF, presentation states; ``other``: no pixels."""


@dataclass(frozen=True)
class Patient:
    """Who the images belong to. Empty strings mean that the file does not say."""

    id: str = ""
    name: str = ""
    birth_date: str = ""
    sex: str = ""
    issuer: str = ""

    @property
    def key(self) -> str:
        """What tells two patients apart in the library."""
        return "|".join((self.issuer, self.id, self.name if not self.id else ""))


@dataclass(frozen=True)
class Study:
    """A DICOM study (PS3.3 C.7.2)."""

    uid: str
    patient: Patient
    date: str = ""
    time: str = ""
    description: str = ""
    accession: str = ""
    institution: str = ""


@dataclass(frozen=True)
class Instance:
    """One frame source: a file, or one frame of a multi-frame file.

    Attributes:
        path: The file. For a zip member: the extracted file in the library's scratch.
        frame: 0-based frame number inside the file; None for all frames of it.
    """

    path: Path
    sop_instance_uid: str = ""
    sop_class_uid: str = ""
    transfer_syntax_uid: str = ""
    number: int | None = None
    frame: int | None = None


@dataclass(frozen=True)
class Series:
    """What one viewport shows: a DICOM series, or one part of it when it had to be split.

    Attributes:
        key: Stable identity in the library: the series UID and what it was split by.
        split: Words for the part ("echo 2", "phase 3 of 4"); empty for a whole series.
        instances: In the order in which they are shown: along the slice normal for a volume, by
            frame/instance number for a stack. One entry per slice.
        geometry: None where no pixels are to be had (documents).
        extra: Further header facts for corner texts, by DICOM keyword (SliceThickness,
            RepetitionTime, KVP, ViewPosition, ContrastBolusAgent, BodyPartExamined, ...), as text.
        source_uids: Referenced series UIDs for derived objects (SEG, RTSTRUCT).
    """

    key: str
    uid: str
    study: Study
    modality: str
    kind: SeriesKind
    instances: tuple[Instance, ...]
    geometry: Geometry | None = None
    number: int | None = None
    description: str = ""
    split: str = ""
    laterality: str = ""
    notices: tuple[Notice, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    source_uids: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Description with the part it was split into."""
        text = self.description or self.modality
        return f"{text} ({self.split})" if self.split else text

    def fact(self, keyword: str) -> str:
        """A header fact from `extra`, empty where the file does not state it."""
        return dict(self.extra).get(keyword, "")


@dataclass(frozen=True)
class Rejected:
    """A file that could not be taken in, with the reason in words.

    Attributes:
        code: Stable word: ``not-dicom``, ``empty``, ``truncated``, ``malformed``, ``no-pixels``,
            ``unsupported-transfer-syntax``, ``too-large``, ``archive-unsafe``, ``unreadable``, ...
    """

    path: Path
    code: str
    reason: str
