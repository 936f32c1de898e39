"""What every entry has, whatever it says: a subject, a title, a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.record.clinical import (
    Allergy,
    Encounter,
    Immunization,
    Medication,
    Note,
    Observation,
    Other,
    Problem,
    Procedure,
    Report,
    StudyReference,
)
from medapp.domain.record.coding import Concept
from medapp.domain.record.time import Period, When

if TYPE_CHECKING:
    from medapp.domain.record.clinical import Content

_PERIOD: Final = {
    Allergy: "onset",
    Encounter: "during",
    Immunization: "given",
    Medication: "taken",
    Note: "written",
    Observation: "effective",
    Other: "during",
    Problem: "onset",
    Procedure: "performed",
    Report: "effective",
    StudyReference: "started",
}


OUTCOME: Final = "outcome"
"""Category of what research wants to tell beforehand: kept, and neither measured nor learned from."""


def concept_of(content: Content) -> Concept:
    """What an entry is about; empty for a study."""
    return Concept() if isinstance(content, StudyReference) else content.concept


def title_of(content: Content) -> str:
    """What an entry is called in a list; empty where nothing is stated."""
    if isinstance(content, StudyReference):
        found = content.description or " ".join(content.modalities)
    elif isinstance(content, Note):
        found = content.title or content.concept.display
    elif isinstance(content, Encounter):
        found = content.concept.display or content.reason.display or content.kind
    elif isinstance(content, Other):
        found = content.concept.display or content.kind
    else:
        found = content.concept.display
    return found.strip()


def period_of(content: Content) -> Period:
    """From when to when an entry holds; of a report that does not say, when it was issued."""
    found: Period | When | None = getattr(content, _PERIOD[type(content)])
    period = found if isinstance(found, Period) else Period(found)
    if isinstance(content, Report) and period.start is None and period.end is None:
        return Period(content.issued)
    return period
