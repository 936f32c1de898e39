"""AL1, IAM, DG1, PRB and PR1: allergies, problems, procedures (HL7 v2.9, chapters 3, 6 and 12)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from medapp.domain.record import Allergy, Concept, Problem, Procedure, Reaction
from medapp.formats.hl7v2.systems import system
from medapp.formats.hl7v2.types import concept, period, when

if TYPE_CHECKING:
    from medapp.formats.hl7v2.scope import Scope
    from medapp.formats.hl7v2.segments import Segment

ALLERGY_CATEGORIES = {
    "DA": "medication", "FA": "food", "EA": "environment", "AA": "environment", "PA": "environment",
    "LA": "environment",
}  # fmt: skip
"""HL7 table 0127; miscellaneous ones are of no category."""
SEVERITIES = {"SV": "severe", "MO": "moderate", "MI": "mild"}
"""HL7 table 0128."""
NO_ALLERGY = ("716186003", "409137002", "428607008", "429625007", "428197003", "1003774007")
"""SNOMED CT: no known allergy; the same to drugs, environment, food, insects, latex."""
_SENSITIVITY = {"AD": "allergy", "AL": "allergy", "CT": "", "IN": "intolerance", "SE": "intolerance"}
_CERTAINTY = {"C": "confirmed", "CP": "confirmed", "D": "refuted", "E": "entered-in-error",
              "P": "unconfirmed", "S": "unconfirmed", "U": "unconfirmed"}  # fmt: skip
ERROR = "entered-in-error"


def read_allergy(scope: Scope, segment: Segment) -> None:
    """AL1."""
    scope.check_date(segment, 6)
    what = concept(segment.one(3))
    if not what:
        return
    allergy = Allergy(
        what,
        ALLERGY_CATEGORIES.get(segment.text(2).upper(), ""),
        onset=period(when(segment, 6)),
        reactions=_reactions(segment),
        negated=any(code.value in NO_ALLERGY for code in what.codes),
    )
    scope.add(segment.place, allergy)


def read_adverse_reaction(scope: Scope, segment: Segment) -> None:
    """IAM: an allergy with its history."""
    scope.check_date(segment, 11, 13)
    what = concept(segment.one(3))
    if not what:
        return
    certainty = ERROR if segment.text(6) == "D" else _CERTAINTY.get(segment.text(17), "")
    allergy = Allergy(
        what,
        ALLERGY_CATEGORIES.get(segment.text(2).upper(), ""),
        kind=_SENSITIVITY.get(segment.text(9), ""),
        certainty=certainty,
        onset=period(when(segment, 11)),
        reactions=_reactions(segment),
        negated=any(code.value in NO_ALLERGY for code in what.codes),
    )
    scope.add(segment.place, allergy, recorded=when(segment, 13))


def _reactions(segment: Segment) -> tuple[Reaction, ...]:
    """Severity and reactions (fields 4 and 5): words, or codes in later versions."""
    severity = SEVERITIES.get(segment.text(4).upper(), "")
    shown = []
    for field in segment.all(5):
        stated = concept(field)
        coded = field.components > 1
        shown.append(stated if coded else Concept(text=stated.display))
    return (Reaction(tuple(shown), severity),) if shown or severity else ()


def read_diagnosis(scope: Scope, segment: Segment) -> None:
    """DG1."""
    scope.check_date(segment, 5, 19)
    method = segment.text(2)
    what = concept(segment.one(3), named=system(method) if method else "")
    described = segment.one(4).text
    if described:
        what = replace(what, text=what.text or described)
    if not what:
        return
    kind = segment.text(6).upper()
    certainty = {"W": "provisional", "F": "confirmed"}.get(kind, "")
    problem = Problem(
        what,
        "encounter-diagnosis",
        certainty=ERROR if segment.text(21) == "D" else certainty,
        onset=period(when(segment, 5)),
    )
    scope.add(segment.place, problem, recorded=when(segment, 19))


def read_problem(scope: Scope, segment: Segment) -> None:
    """PRB, of a message that adds, changes or deletes a problem."""
    scope.check_date(segment, 2, 7, 9, 16)
    what = concept(segment.one(3))
    if not what:
        return
    life = (segment.one(14).part(2) or segment.text(14)).lower()
    resolved = when(segment, 9)
    status = life if life in {"active", "inactive", "resolved", "recurrence", "remission"} else ""
    problem = Problem(
        what,
        "problem-list-item",
        status or ("resolved" if resolved else ""),
        ERROR if segment.text(1).upper() == "DE" else "",
        onset=period(when(segment, 16), resolved),
    )
    scope.add(segment.place, problem, recorded=when(segment, 7) or when(segment, 2))


def read_death(scope: Scope, segment: Segment) -> None:
    """PDA: what the patient died of."""
    what = concept(segment.one(1))
    if what:
        died = period(when(segment, 4))
        scope.add(segment.place, Problem(what, onset=died, comment="cause of death"))


def read_procedure(scope: Scope, segment: Segment) -> None:
    """PR1."""
    scope.check_date(segment, 5)
    method = segment.text(2)
    what = concept(segment.one(3), named=system(method) if method else "")
    described = segment.one(4).text
    if described:
        what = replace(what, text=what.text or described)
    if not what:
        return
    status = ERROR if segment.text(20) == "D" else ""
    procedure = Procedure(what, status, period(when(segment, 5)), reason=concept(segment.one(15)))
    scope.add(segment.place, procedure)
