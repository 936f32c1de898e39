"""Procedures, encounters, notes, and what is kept without being told apart further."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from medapp.domain.record import Concept, Encounter, Note, Other, Period, Procedure, StudyReference
from medapp.formats.ccda.problems import ENTRY
from medapp.formats.ccda.types import null, period, when
from medapp.formats.ccda.xml import attribute, every, one, templates, words

if TYPE_CHECKING:
    from lxml import etree

    from medapp.formats.ccda.scope import Scope

ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PROCEDURE_STATUS = {"completed": "completed", "active": "in-progress", "aborted": "stopped",
                    "cancelled": "not-done", "nullified": "entered-in-error"}  # fmt: skip
INDICATION = f"{ENTRY}19"
OTHERS = {
    "45": "FamilyMemberHistory", "46": "FamilyMemberHistory", "60": "Coverage", "61": "Coverage",
    "48": "Consent", "108": "Consent", "121": "Goal", "132": "HealthConcern", "136": "RiskConcern",
    "500": "CareTeam", "131": "Intervention", "146": "InterventionRequest", "130": "NutritionRecommendation",
    "140": "ServiceRequest", "41": "ServiceRequest", "39": "ServiceRequest", "44": "ServiceRequest",
    "40": "Appointment", "43": "SupplyRequest",
    "20": "Instruction", "122": "Reference",
}  # fmt: skip
"""C-CDA entry templates to the FHIR type that says the same."""


def read_procedure(scope: Scope, element: etree._Element) -> None:
    """A procedure, act or observation that is a procedure; what is only planned is kept as a request."""
    what = scope.concept(one(element, "code"))
    text = scope.narrative(one(element, "text"))
    what = what or Concept(text=text)
    during = period(one(element, "effectiveTime"))
    mood = attribute(element, "moodCode")
    status = attribute(one(element, "statusCode"), "code")
    if mood not in {"EVN", ""}:
        scope.add(element, Other("ServiceRequest", what, status, during))
        return
    if not what:
        return
    done = "not-done" if attribute(element, "negationInd") == "true" else PROCEDURE_STATUS.get(status, "")
    site = scope.concept(one(element, "targetSiteCode")).display
    scope.add(element, Procedure(what, done, during, site, _reason(scope, element)))


def _reason(scope: Scope, element: etree._Element) -> Concept:
    for part in every(element, "entryRelationship/observation"):
        if INDICATION in templates(part):
            return scope.concept(one(part, "value"))
    return Concept()


def read_encounter(scope: Scope, element: etree._Element) -> str:
    """A visit; its id, empty where it is only planned."""
    what = scope.concept(one(element, "code"))
    during = period(one(element, "effectiveTime"))
    status = attribute(one(element, "statusCode"), "code")
    if attribute(element, "moodCode") not in {"EVN", ""}:
        scope.add(element, Other("Appointment", what, status, during))
        return ""
    place = ""
    for part in every(element, "participant"):
        if attribute(part, "typeCode") == "LOC":
            place = words(one(part, "participantRole/playingEntity/name"))
    visit = Encounter(
        what,
        what.code(ACT_CODE),
        "finished" if status == "completed" else "",
        during,
        _reason(scope, element),
        place,
    )
    return scope.add(element, visit)


def read_encompassing(scope: Scope, element: etree._Element) -> None:
    """The visit of the header that the whole document is about."""
    what = scope.concept(one(element, "code"))
    place = words(one(element, "location/healthCareFacility/location/name"))
    visit = Encounter(what, what.code(ACT_CODE), "", period(one(element, "effectiveTime")), place=place)
    scope.add(element, visit)


def read_other(scope: Scope, element: etree._Element, kind: str = "") -> None:
    """What is kept and counted: its kind by the template, else by the name of the element."""
    for root in sorted(templates(element)):
        kind = kind or (OTHERS.get(root.removeprefix(ENTRY), "") if root.startswith(ENTRY) else "")
    what = scope.concept(one(element, "code"))
    facts: list[tuple[str, str]] = []
    if kind == "FamilyMemberHistory":
        what = scope.concept(one(element, "subject/relatedSubject/code")) or what
        values = (scope.concept(one(part, "value")) for part in every(element, "component/observation"))
        facts = [("condition", found.display) for found in values if found]
    status = attribute(one(element, "statusCode"), "code")
    during = period(one(element, "effectiveTime"))
    if what or facts or during != Period():
        scope.add(element, Other(kind or "Act", what, status, during, tuple(facts)))


def read_note(scope: Scope, element: etree._Element) -> None:
    """A Note Activity."""
    text, media, link = embedded(scope, one(element, "text"))
    author = author_of(element)
    written = when(one(element, "author/time")) or when(one(element, "effectiveTime"))
    status = "final" if attribute(one(element, "statusCode"), "code") == "completed" else ""
    scope.add(
        element, Note(scope.concept(one(element, "code")), status, written, author, "", text, media, link)
    )


def read_study(scope: Scope, element: etree._Element) -> None:
    """A Study Act of a DICOM Object Catalog: its id is the Study Instance UID."""
    uid = attribute(one(element, "id"), "root")
    series = [
        part
        for part in every(element, "entryRelationship/act")
        if attribute(one(part, "code"), "code") == "113015"
    ]
    modalities = (
        attribute(part, "code") for one_series in series for part in every(one_series, "code/qualifier/value")
    )
    started = when(one(element, "effectiveTime"))
    if uid:
        words_of = scope.narrative(one(element, "text"))
        found = tuple(dict.fromkeys(code for code in modalities if code))
        scope.add(element, StudyReference(uid, started, found, words_of, series=len(series) or None))


def author_of(element: etree._Element) -> str:
    """The first author's name."""
    return words(one(element, "author/assignedAuthor/assignedPerson/name"))


def embedded(scope: Scope, element: etree._Element | None) -> tuple[str, str, str]:
    """Text, media type and link of an ED; what is no text is named and not kept, a link is never opened."""
    if element is None or null(element):
        return "", "", ""
    media = attribute(element, "mediaType")
    target = attribute(one(element, "reference"), "value")
    if attribute(element, "representation") != "B64":
        link = target if target and not target.startswith("#") else ""
        text = scope.narrative(element)
        return text, media or ("text/plain" if text else ""), link
    if media and not media.startswith("text/"):
        return "", media, ""
    try:
        raw = base64.b64decode("".join(words(element).split()), validate=True)
        return raw.decode("utf-8"), media or "text/plain", ""
    except (binascii.Error, ValueError):
        scope.refuse(element, "malformed", "the document inside is no Base64 of UTF-8 text; it is left out")
        return "", media, ""
