"""Which reader an entry goes to: by its templates first, then by its element."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.formats.ccda import acts, findings, medicines, problems
from medapp.formats.ccda.problems import ENTRY
from medapp.formats.ccda.types import value
from medapp.formats.ccda.xml import attribute, every, local, one, templates

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

    from medapp.formats.ccda.scope import Scope

STATEMENTS = (
    "act",
    "encounter",
    "observation",
    "organizer",
    "procedure",
    "substanceAdministration",
    "supply",
)
PROCEDURES = {f"{ENTRY}{number}" for number in (12, 13, 14)}
DIAGNOSES = {f"{ENTRY}{number}" for number in (80, 33, 34, 65)}
"""Acts that say when their problems were diagnosed: at the visit, discharge, admission, before surgery."""
COMMENT, NOTE = f"{ENTRY}64", f"{ENTRY}202"
FAMILY = f"{ENTRY}45"
STUDY, OBJECT = "2.16.840.1.113883.10.20.6.2.6", "2.16.840.1.113883.10.20.6.2.8"


def read_statement(scope: Scope, element: etree._Element, concern: str = "") -> None:
    """One entry and what it holds."""
    READERS.get(local(element), _nothing)(scope, element, concern)


def _nothing(_scope: Scope, _element: etree._Element, _concern: str) -> None:
    """Not a statement."""


def read_inner(scope: Scope, element: etree._Element, concern: str = "") -> None:
    """The statements one level below."""
    for path in ("entryRelationship", "component"):
        for part in every(element, path):
            for child in part:
                if local(child) in STATEMENTS and not templates(child) & problems.QUALIFIERS:
                    read_statement(scope, child, concern)


def _act(scope: Scope, element: etree._Element, _concern: str) -> None:
    roots = templates(element)
    if COMMENT in roots:
        return
    if STUDY in roots:
        acts.read_study(scope, element)
    elif NOTE in roots:
        acts.read_note(scope, element)
    elif roots & PROCEDURES:
        acts.read_procedure(scope, element)
    elif roots & DIAGNOSES:
        for part in every(element, "entryRelationship/observation"):
            problems.read_problem(scope, part, "", "encounter-diagnosis")
    elif _is_wrapper(element, roots):
        read_inner(scope, element, attribute(one(element, "statusCode"), "code"))
    elif attribute(element, "moodCode") in {"EVN", ""}:
        acts.read_other(scope, element)
        read_inner(scope, element)
    else:
        acts.read_other(scope, element, "" if _is_named(roots) else "ServiceRequest")


def _is_named(roots: set[str]) -> bool:
    return any(root.removeprefix(ENTRY) in acts.OTHERS for root in roots)


def _is_wrapper(element: etree._Element, roots: set[str]) -> bool:
    """Concerns, and acts that only say that medicines were of the admission or the discharge."""
    named = {f"{ENTRY}{number}" for number in (30, 3, 35, 36)}
    return bool(roots & named) or attribute(one(element, "code"), "code") == "CONC"


def _observation(scope: Scope, element: etree._Element, concern: str) -> None:
    roots = templates(element)
    kind = attribute(one(element, "code"), "code")
    if OBJECT in roots:
        acts.read_other(scope, element, "ImagingStudy")
    elif roots & problems.ALLERGIES:
        problems.read_allergy(scope, element, concern)
    elif f"{ENTRY}4" in roots or (not roots and kind in {"55607006", "282291009"}):
        problems.read_problem(scope, element, concern)
    elif f"{ENTRY}13" in roots:
        acts.read_procedure(scope, element)
        if any(value(part, scope.narrative) is not None for part in every(element, "value")):
            findings.read_observation(scope, element)
    elif _is_named(roots):
        acts.read_other(scope, element)
    elif attribute(element, "moodCode") in {"EVN", ""}:
        findings.read_observation(scope, element)
    else:
        kind = "Goal" if attribute(element, "moodCode") == "GOL" else "ServiceRequest"
        acts.read_other(scope, element, kind)


def _organizer(scope: Scope, element: etree._Element, _concern: str) -> None:
    roots = templates(element)
    if FAMILY in roots or f"{ENTRY}500" in roots:
        acts.read_other(scope, element)
        return
    before = len(scope.found)
    for part in every(element, "component"):
        for child in part:
            if local(child) in STATEMENTS and local(child) != "observation":
                read_statement(scope, child)
    others = [item.id for item in scope.found[before:] if hasattr(item, "id")]
    findings.read_organizer(scope, element, others)


def _encounter(scope: Scope, element: etree._Element, _concern: str) -> None:
    visit = acts.read_encounter(scope, element)
    for part in every(element, "entryRelationship/act"):
        for inner in every(part, "entryRelationship/observation"):
            if templates(part) & DIAGNOSES or f"{ENTRY}4" in templates(inner):
                problems.read_problem(scope, inner, "", "encounter-diagnosis", visit)


def _substance(scope: Scope, element: etree._Element, _concern: str) -> None:
    medicines.read_substance(scope, element)


def _supply(scope: Scope, element: etree._Element, _concern: str) -> None:
    medicines.read_supply(scope, element)


def _procedure(scope: Scope, element: etree._Element, _concern: str) -> None:
    acts.read_procedure(scope, element)


READERS: dict[str, Callable[[Scope, etree._Element, str], None]] = {
    "act": _act,
    "encounter": _encounter,
    "observation": _observation,
    "organizer": _organizer,
    "procedure": _procedure,
    "substanceAdministration": _substance,
    "supply": _supply,
}
