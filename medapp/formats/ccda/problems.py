"""Allergies and problems (C-CDA R2.1, 3.4 to 3.8 and 3.78 to 3.81)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record import Allergy, CodedValue, Concept, Problem, Reaction
from medapp.formats.ccda.types import null, period, value
from medapp.formats.ccda.xml import attribute, every, one, templates, words

if TYPE_CHECKING:
    from lxml import etree

    from medapp.formats.ccda.scope import Scope

ENTRY = "2.16.840.1.113883.10.20.22.4."
ALLERGIES = {f"{ENTRY}7", f"{ENTRY}90"}
PROBLEMS = {f"{ENTRY}4", f"{ENTRY}19", f"{ENTRY}9"}
SEVERITY, REACTION, CRITICALITY = f"{ENTRY}8", f"{ENTRY}9", f"{ENTRY}145"
STATUS = {f"{ENTRY}28", f"{ENTRY}6"}
COMMENT = f"{ENTRY}64"
QUALIFIERS = {f"{ENTRY}{number}" for number in (6, 8, 9, 19, 28, 31, 47, 143, 145)} | {
    f"{ENTRY}5",
    "2.16.840.1.113883.10.20.6.2.8",
}
"""Observations that say something about the entry around them and nothing by themselves."""
ALLERGY_KINDS = {
    "416098002": ("allergy", "medication"), "414285001": ("allergy", "food"),
    "426232007": ("allergy", "environment"),
    "419199007": ("allergy", ""), "59037007": ("intolerance", "medication"),
    "235719002": ("intolerance", "food"),
    "419511003": ("", "medication"), "418471000": ("", "food"), "418038007": ("", ""), "420134006": ("", ""),
    "232347008": ("allergy", "environment"), "716186003": ("", ""),
}  # fmt: skip
"""SNOMED CT of the value set Allergy and Intolerance Type."""
SEVERITIES = {
    "255604002": "mild", "6736007": "moderate", "24484000": "severe", "371923003": "moderate",
    "371924009": "severe", "399166001": "severe", "L": "mild", "M": "moderate", "H": "severe",
}  # fmt: skip
CRITICALITIES = {"CRITL": "low", "CRITH": "high", "CRITU": "unable-to-assess"}
CLINICAL = {"55561003": "active", "73425007": "inactive", "413322009": "resolved", "246455001": "recurrence",
            "263855007": "recurrence", "277022003": "remission"}  # fmt: skip
CATEGORIES = {"11450-4": "problem-list-item", "11348-0": "problem-list-item", "75310-3": "health-concern",
              "46240-8": "encounter-diagnosis", "10154-3": "encounter-diagnosis",
              "46241-6": "encounter-diagnosis", "11535-2": "encounter-diagnosis",
              "42347-5": "encounter-diagnosis"}  # fmt: skip
"""LOINC of the section to the category of its problems."""


def read_allergy(scope: Scope, element: etree._Element, concern: str) -> None:
    """An Allergy - Intolerance Observation; `concern` is the status of the act around it."""
    kind_value = one(element, "value")
    kind_code = attribute(kind_value, "code")
    kind, category = ALLERGY_KINDS.get(kind_code, ("", ""))
    negated = attribute(element, "negationInd") == "true"
    substance = _substance(scope, element)
    onset = period(one(element, "effectiveTime"))
    allergy = Allergy(
        substance or (scope.concept(kind_value) if negated or not _types(kind_code) else Concept()),
        category,
        kind,
        _coded(element, CRITICALITY, CRITICALITIES),
        _status(element, concern),
        onset=onset,
        reactions=_reactions(scope, element),
        negated=negated or kind_code == "716186003",
    )
    if allergy.concept:
        scope.add(element, allergy)
    elif not null(one(element, "value")) or kind_code:
        scope.refuse(element, "invalid", "an allergy that names no substance is left out")


def _types(code: str) -> bool:
    """Whether a value says only what type of allergy it is."""
    return code in ALLERGY_KINDS


def _substance(scope: Scope, element: etree._Element) -> Concept:
    for part in every(element, "participant"):
        playing = one(part, "participantRole/playingEntity")
        if attribute(part, "typeCode") != "CSM" or playing is None:
            continue
        found = scope.concept(one(playing, "code"))
        name = words(one(playing, "name"))
        return found or Concept(text=name)
    return Concept()


def related(element: etree._Element, template: str) -> list[etree._Element]:
    """Observations one level below that are of a template."""
    found = every(element, "entryRelationship/observation")
    return [one for one in found if template in templates(one)]


def _coded(element: etree._Element, template: str, words_of: dict[str, str]) -> str:
    for found in related(element, template):
        word = words_of.get(attribute(one(found, "value"), "code"))
        if word:
            return word
    return ""


def severity(element: etree._Element) -> str:
    """The severity below an observation."""
    return _coded(element, SEVERITY, SEVERITIES)


def _reactions(scope: Scope, element: etree._Element) -> tuple[Reaction, ...]:
    found = []
    for part in related(element, REACTION):
        shown = scope.concept(one(part, "value"))
        if not shown:
            shown = Concept(text=scope.narrative(one(part, "text")))
        found.append(Reaction((shown,) if shown else (), severity(part)))
    whole = severity(element)
    if whole and not found:
        found.append(Reaction((), whole))
    return tuple(found)


def _status(element: etree._Element, concern: str) -> str:
    """By an observation of its own, else by a high bound (it is over), else by the concern."""
    for part in every(element, "entryRelationship/observation"):
        if templates(part) & STATUS or attribute(one(part, "code"), "code") == "33999-4":
            word = CLINICAL.get(attribute(one(part, "value"), "code"))
            if word:
                return word
    if one(element, "effectiveTime/high") is not None:
        return "resolved"
    return "active" if concern == "active" else ""


def read_problem(
    scope: Scope, element: etree._Element, concern: str, category: str = "", visit: str = ""
) -> None:
    """A Problem Observation."""
    stated = one(element, "value")
    found = value(stated, scope.narrative) if stated is not None else None
    what = (
        found.concept
        if isinstance(found, CodedValue)
        else Concept(text=found)
        if isinstance(found, str)
        else Concept()
    )
    if not what:
        what = Concept(text=scope.narrative(one(element, "text")))
    if not what:
        return
    refuted = attribute(element, "negationInd") == "true"
    comments = (scope.narrative(one(part, "text")) for part in every(element, "entryRelationship/act"))
    problem = Problem(
        what,
        category or CATEGORIES.get(scope.section, ""),
        "" if refuted else _status(element, concern),
        "refuted" if refuted else "",
        severity(element),
        period(one(element, "effectiveTime")),
        scope.concept(one(element, "targetSiteCode")).display,
        "\n".join(text for text in comments if text),
    )
    scope.add(element, problem, encounter=visit)
