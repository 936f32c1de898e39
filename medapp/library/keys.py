"""Who is the same patient, which is the same study, and what a search compares."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from medapp.domain.patient import Patient, Series, Study

RECORD_ONLY: Final = "record:"
"""Begins the key of a patient of whom there are no images; the key of the person follows."""


def folder_of(series: Series) -> str:
    """The folder of a series' first file."""
    return str(series.instances[0].path.parent) if series.instances else ""


def patient_key(series: Series) -> str:
    """Identity of the patient.

    Same issuer, ID and name are one patient, whatever folder the files lie in. Where the name differs two
    entries are kept, and where the files name nobody each study, or folder, is a patient of its own: two
    people are never made one.
    """
    patient = series.study.patient
    if patient.id or patient.name:
        return _digest(patient.issuer, patient.id, name_key(patient))
    return _digest("", "", "", series.study.uid or folder_of(series))


def name_key(patient: Patient) -> str:
    """The name as far as spelling does not matter: letters and digits of its first component group."""
    first = patient.name.partition("=")[0]
    return "".join(character for character in searchable(first) if character.isalnum())


def study_key(study: Study, patient: str) -> str:
    """Identity of a study; the UID alone is not enough, as damaged data shares it between patients."""
    return _digest(patient, study.uid)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:20]


def searchable(*texts: str) -> str:
    """Text as a search compares it: no case, no accents."""
    plain = unicodedata.normalize("NFKD", " ".join(texts).replace("^", " "))
    return "".join(character for character in plain if not unicodedata.combining(character)).casefold()


def words_of(query: str) -> list[str]:
    """Words of a query, all of which have to be found; dates lose their dashes and dots."""
    words: list[str] = []
    for word in searchable(query).split():
        digits = word.replace("-", "").replace(".", "")
        words.append(digits if digits.isdigit() and len(digits) in (6, 8) else word)
    return words
