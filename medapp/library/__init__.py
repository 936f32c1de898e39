"""The local patient library: index, thumbnails and results."""

from medapp.library.database import LibraryError
from medapp.library.entries import ImportReport, PatientEntry, ResultEntry, ResultStatus, StudyEntry
from medapp.library.library import Library

__all__ = [
    "ImportReport",
    "Library",
    "LibraryError",
    "PatientEntry",
    "ResultEntry",
    "ResultStatus",
    "StudyEntry",
]
