"""Whether a series is of those that a task is for, by what its header states."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from medapp.api.manifest import Gate

_AGE: Final = re.compile(r"(\d{3})([DWMY])")
_YEARS: Final = {"D": 1 / 365.25, "W": 7 / 365.25, "M": 1 / 12, "Y": 1.0}
_DATE_DIGITS: Final = 8
_STATED: Final = {
    "age": "PatientAge (0010,1010)",
    "sex": "PatientSex (0010,0040)",
    "body_part": "BodyPartExamined (0018,0015)",
    "view": "ViewPosition (0018,5101)",
    "laterality": "ImageLaterality (0020,0062)",
}
"""Where a file says it (DICOM PS3.6)."""


def age_in_years(facts: Mapping[str, str]) -> float | None:
    """Age at the study: PatientAge (0010,1010), else from birth date to study date; None where not stated."""
    found = _AGE.fullmatch(facts.get("PatientAge", "").strip())
    if found is not None:
        return int(found[1]) * _YEARS[found[2]]
    born, studied = _day(facts.get("PatientBirthDate", "")), _day(facts.get("StudyDate", ""))
    if born is None or studied is None or studied < born:
        return None
    return (studied - born).days / 365.25


def refusal(gate: Gate, facts: Mapping[str, str]) -> str:
    """Say in words why a task is not for a series; empty where it is.

    Args:
        gate: From the manifest.
        facts: Of the series by DICOM keyword, see `medapp.api.ClassifyRequest.facts`.
    """
    return next(_reasons(gate, facts), "")


def _reasons(gate: Gate, facts: Mapping[str, str]) -> Iterator[str]:
    yield from _of_age(gate, age_in_years(facts))
    laterality = facts.get("ImageLaterality") or facts.get("Laterality", "")
    for name, words, allowed, stated in (
        ("sex", "sex", gate.sexes, facts.get("PatientSex", "")),
        ("body_part", "body part", gate.body_parts, facts.get("BodyPartExamined", "")),
        ("view", "view", gate.views, facts.get("ViewPosition", "")),
        ("laterality", "laterality", gate.lateralities, laterality),
    ):
        found = " ".join(stated.upper().split())
        if not allowed:
            continue
        if found and found not in allowed:
            wanted = f"is for the {words} {' or '.join(allowed)}, the file says {found}"
            yield f"{wanted}: another {'patient' if name == 'sex' else 'series'} is needed"
        if not found and name in gate.strict:
            wanted = f"is for the {words} {' or '.join(allowed)}, and the file does not state it"
            yield f"{wanted}: who knows it has to write {_STATED[name]} into the file"


def _of_age(gate: Gate, age: float | None) -> Iterator[str]:
    if age is None:
        if "age" in gate.strict and (gate.youngest, gate.oldest) != (None, None):
            wanted = f"is for patients {_ages(gate)}, and the file states no age"
            yield f"{wanted}: who knows it has to write {_STATED['age']} into the file"
        return
    too_young = gate.youngest is not None and age < gate.youngest
    too_old = gate.oldest is not None and age >= gate.oldest + 1
    if too_young or too_old:
        yield f"is for patients {_ages(gate)}, this one is {int(age)} years old"


def _ages(gate: Gate) -> str:
    if gate.oldest is None:
        return f"from {gate.youngest:g} years"
    if gate.youngest is None:
        return f"up to {gate.oldest:g} years"
    return f"from {gate.youngest:g} to {gate.oldest:g} years"


def _day(text: str) -> date | None:
    if len(text) != _DATE_DIGITS or not text.isdigit():
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
