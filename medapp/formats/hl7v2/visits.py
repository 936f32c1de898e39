"""PV1, PV2, SCH, TXA and MRG: visits, appointments, documents, merges (HL7 v2.9, chapters 3, 9 and 10)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from medapp.domain.record import Code, Concept, Encounter, Entry, Note, Other, Period
from medapp.formats.hl7v2.results import close_report
from medapp.formats.hl7v2.types import concept, moment, period, person_name, when

if TYPE_CHECKING:
    from medapp.formats.hl7v2.scope import Scope
    from medapp.formats.hl7v2.segments import Segment

CLASSES = {"E": "EMER", "I": "IMP", "O": "AMB", "P": "PRENC"}
"""HL7 table 0004 to v3 ActCode; recurring and obstetric patients may be either."""
_STARTED = ("A01", "A02", "A04", "A06", "A07", "A09", "A10", "A12", "A13", "A32", "A33")
_PLANNED = ("A05", "A14", "A15", "A16")
_CANCELLED = ("A11", "A27", "A38")
NOTE_STATUS = {
    "AU": "final", "LA": "final", "DI": "preliminary", "DO": "preliminary", "IN": "preliminary",
    "IP": "preliminary", "PA": "preliminary",
}  # fmt: skip
"""HL7 table 0271 to FHIR composition-status."""
APPOINTMENTS = {
    "S12": "booked", "S13": "booked", "S14": "booked", "S15": "cancelled", "S16": "cancelled",
    "S17": "entered-in-error", "S26": "noshow",
}  # fmt: skip
_FILLED = {"BOOKED": "booked", "CANCELLED": "cancelled", "COMPLETE": "fulfilled", "NOSHOW": "noshow",
           "PENDING": "pending", "DELETED": "entered-in-error", "STARTED": "arrived"}  # fmt: skip
"""HL7 table 0278."""


def read_visit(scope: Scope, segment: Segment) -> None:
    """PV1: what follows belongs to this visit; class N (not applicable) is none."""
    scope.encounter = ""
    kind = segment.text(2).upper()
    if kind == "N" or not any(segment.raw(number) for number in range(2, len(segment.fields))):
        return
    scope.check_date(segment, 44, 45)
    end = when(segment, 45)
    place = segment.one(3)
    where = ", ".join(text for part in (4, 7, 8, 1, 2, 3, 9) if (text := place.first(part)))
    visit = Encounter(
        kind=CLASSES.get(kind, ""),
        status=_status(scope.trigger if scope.kind == "ADT" else "", ended=end is not None),
        during=period(when(segment, 44), end),
        place=where,
    )
    scope.encounter = scope.add(segment.place, visit, encounter="")


def _status(trigger: str, *, ended: bool) -> str:
    if trigger in _CANCELLED:
        return "cancelled"
    if trigger == "A03" or ended:
        return "finished"
    if trigger in _PLANNED:
        return "planned"
    return "in-progress" if trigger in _STARTED else ""


def read_visit_more(scope: Scope, segment: Segment) -> None:
    """PV2: why the patient was admitted; of a planned visit, when it is expected."""
    scope.check_date(segment, 8, 9)
    reason = concept(segment.one(3))
    expected = period(when(segment, 8), when(segment, 9))
    for index in range(len(scope.found) - 1, -1, -1):
        entry = scope.found[index]
        if isinstance(entry, Entry) and entry.id == scope.encounter and isinstance(entry.content, Encounter):
            visit = entry.content
            planned = visit.status == "planned" and visit.during == Period()
            during = expected if planned else visit.during
            scope.found[index] = replace(entry, content=replace(visit, reason=reason, during=during))
            return


def read_accident(scope: Scope, segment: Segment) -> None:
    """ACC: an accident that the visit or the claim is about."""
    scope.check_date(segment, 1)
    what = concept(segment.one(2))
    described, where = segment.one(9).text, segment.one(3).text
    what = replace(what, text=what.text or described) if described else what
    facts = (("place", where),) if where else ()
    scope.add(segment.place, Other("Accident", what, during=period(when(segment, 1)), facts=facts))


def read_appointment(scope: Scope, segment: Segment) -> None:
    """SCH: it comes before PID, so it is kept until the person is known."""
    timing = segment.one(11)
    during = period(moment(timing.first(4)), moment(timing.first(5)))
    status = _FILLED.get(segment.text(25).upper(), "") or APPOINTMENTS.get(scope.trigger, "")
    what = concept(segment.one(8)) or concept(segment.one(7))
    reason = concept(segment.one(7)).display
    facts = (("reason", reason),) if reason else ()
    scope.waiting.append((segment.place, Other("Appointment", what, status, during, facts)))


def read_document(scope: Scope, segment: Segment) -> None:
    """TXA: a document; the text of the OBX segments after it is what it says."""
    close_report(scope)
    close_note(scope)
    scope.check_date(segment, 4, 6, 7)
    kind = segment.one(2)
    named = concept(kind)
    table = "http://terminology.hl7.org/CodeSystem/v2-0270"
    what = Concept(
        tuple(Code(code.system or table, code.value, code.display) for code in named.codes), named.text
    )
    written = when(segment, 4) or when(segment, 6) or when(segment, 7)
    status = "entered-in-error" if scope.trigger == "T11" else NOTE_STATUS.get(segment.text(17).upper(), "")
    author = person_name(segment.one(9)) or person_name(segment.one(5))
    scope.open.note = (segment.place, Note(what, status, written, author, segment.one(25).text))


def close_note(scope: Scope) -> None:
    """No more text belongs to the last document."""
    note, scope.open.note = scope.open.note, None
    if note is not None:
        place, content = note
        text = "\n".join(scope.open.texts)
        scope.add(place, replace(content, text=text, media_type="text/plain" if text else ""))
    scope.open.texts.clear()


def read_merge(scope: Scope, segment: Segment) -> None:
    """MRG: two records of one patient; who is whom is for the user to confirm."""
    scope.refuse("unsupported", "a merge of two patients' numbers is noted and not applied", segment.place)
