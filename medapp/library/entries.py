"""What the library tells of what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.notice import Notice
    from medapp.domain.patient import Patient, Rejected, Study
    from medapp.formats.recognise import RecordFile

ResultStatus = Literal["proposal", "accepted", "corrected", "rejected"]


@dataclass(frozen=True)
class PatientEntry:
    """A patient with what there is of them.

    Attributes:
        key: Identity in the library. Patients with the same ID but different names have different keys.
        latest: Date of the latest study, ``YYYYMMDD``, empty where unknown.
        notices: ``same-id`` where another patient carries the same ID.
        entries: Of a record, where there are no images.
        number: What to show where the patient has no ID: another number with its kind.
    """

    key: str
    patient: Patient
    studies: int
    series: int
    modalities: tuple[str, ...]
    latest: str
    notices: tuple[Notice, ...] = ()
    entries: int = 0
    number: str = ""

    @property
    def name(self) -> str:
        """The patient's name as the files state it."""
        return self.patient.name

    @property
    def id(self) -> str:
        """The patient's ID as the files state it."""
        return self.patient.id


@dataclass(frozen=True)
class StudyEntry:
    """A study with what there is of it; `key` tells studies without UID apart."""

    key: str
    study: Study
    series: int
    modalities: tuple[str, ...]

    @property
    def uid(self) -> str:
        """Study instance UID."""
        return self.study.uid

    @property
    def date(self) -> str:
        """Study date, ``YYYYMMDD``."""
        return self.study.date

    @property
    def time(self) -> str:
        """Study time."""
        return self.study.time

    @property
    def description(self) -> str:
        """Study description."""
        return self.study.description

    @property
    def patient(self) -> Patient:
        """The patient."""
        return self.study.patient


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Attributes:
        series_keys: Series that were added or read again.
        files: Files looked at.
        cancelled: True where it was stopped; nothing was changed then.
        records: Files that hold something of a record; they are read by `medapp.services.records`.
    """

    series_keys: tuple[str, ...]
    files: int
    rejected: tuple[Rejected, ...]
    seconds: float = 0.0
    cancelled: bool = False
    records: tuple[RecordFile, ...] = ()


@dataclass(frozen=True)
class ResultEntry:
    """A result of a model.

    Attributes:
        created: ISO 8601 with time zone.
        folder: Holds ``result.json`` and ``segmentation.*``.
    """

    id: str
    task: str
    title: str
    version: str
    series_key: str
    created: str
    status: ResultStatus
    folder: Path
