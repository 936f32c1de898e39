"""Condition, AllergyIntolerance, Procedure, Immunization and Encounter (FHIR R4, 9 and 8.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from medapp.domain.record import (
    Allergy,
    Concept,
    Encounter,
    Immunization,
    Period,
    Problem,
    Procedure,
    Reaction,
    When,
)
from medapp.domain.record.coding import SNOMED
from medapp.formats.fhir.faults import FaultError, inside
from medapp.formats.fhir.fields import (
    NO_PERIOD,
    child,
    children,
    coding,
    concept,
    concepts,
    first,
    moment,
    period,
    quantity,
    text,
    texts,
    when,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.formats.fhir.fields import Node
    from medapp.formats.fhir.references import Scope

T = TypeVar("T")
TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem/"
CONDITION_CLINICAL: Final = f"{TERMINOLOGY}condition-clinical"
CONDITION_VERIFIED: Final = f"{TERMINOLOGY}condition-ver-status"
ALLERGY_CLINICAL: Final = f"{TERMINOLOGY}allergyintolerance-clinical"
ALLERGY_VERIFIED: Final = f"{TERMINOLOGY}allergyintolerance-verification"
CODES: Final = {
    CONDITION_CLINICAL: frozenset(["active", "recurrence", "relapse", "inactive", "remission", "resolved"]),
    CONDITION_VERIFIED: frozenset(
        ["unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"]
    ),
    ALLERGY_CLINICAL: frozenset(["active", "inactive", "resolved"]),
    ALLERGY_VERIFIED: frozenset(["unconfirmed", "presumed", "confirmed", "refuted", "entered-in-error"]),
}
NO_ALLERGY: Final = frozenset(
    {
        "716186003",  # no known allergy
        "409137002",  # no known drug allergy
        "429625007",  # no known food allergy
        "428607008",  # no known environmental allergy
        "428197003",  # no known insect allergy
        "716184000",  # no known latex allergy
        "716220001",  # no known animal allergy
        "1003774007",  # no known Hevea brasiliensis latex allergy
    }
)


def _status(node: Node, key: str, system: str) -> str:
    """A status whose words R4 fixes (binding "required")."""
    found = word(concept(node, key), system)
    for code in concept(node, key).codes:
        if code.system == system and code.value and code.value not in CODES[system]:
            path = f"{key}.coding.code"
            raise FaultError(path, "is none of the words that R4 allows there")
    return found


def problem(node: Node, scope: Scope) -> Problem:
    """A Condition without its subject."""
    del scope
    began, ended = moment(node, "onset"), moment(node, "abatement")
    words = [_unplaced(node, "onset"), _unplaced(node, "abatement")]
    words += [text(note, "text") for note in children(node, "note")]
    return Problem(
        concept=concept(node, "code"),
        category=word(first(concepts(node, "category")), f"{TERMINOLOGY}condition-category"),
        status=_status(node, "clinicalStatus", CONDITION_CLINICAL),
        certainty=_status(node, "verificationStatus", CONDITION_VERIFIED),
        severity=concept(node, "severity").display,
        onset=Period(began.start, _ended(ended) or began.end),
        body_site=", ".join(one.display for one in concepts(node, "bodySite")),
        comment="\n".join(line for line in words if line),
    )


def _ended(abatement: Period) -> When | None:
    return abatement.end or abatement.start


def _unplaced(node: Node, name: str) -> str:
    """A start or end that is no date: an age, or words."""
    said = text(node, f"{name}String")
    age = quantity(node, f"{name}Age")
    if age:
        said = f"at the age of {age.comparator}{age.value:g} {age.unit}".strip()
    return f"{name}: {said}" if said else ""


def allergy(node: Node, scope: Scope) -> Allergy:
    """An AllergyIntolerance without its patient.

    What a person reacts to must not be lost because something beside it cannot be read: that is left out, and
    told.
    """
    what = concept(node, "code")

    def beside(read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except FaultError as fault:
            why = f"{fault.why}; it was left out, the rest was read"
            scope.faults.append(FaultError(fault.path, why, fault.quote))
            return otherwise

    return Allergy(
        concept=what,
        category=", ".join(texts(node, "category")),
        kind=text(node, "type"),
        criticality=text(node, "criticality"),
        status=beside(lambda: _status(node, "clinicalStatus", ALLERGY_CLINICAL), ""),
        certainty=beside(lambda: _status(node, "verificationStatus", ALLERGY_VERIFIED), ""),
        onset=beside(lambda: moment(node, "onset"), NO_PERIOD),
        reactions=beside(lambda: _reactions(node), ()),
        negated=any(code.system == SNOMED and code.value in NO_ALLERGY for code in what.codes),
    )


def _reactions(node: Node) -> tuple[Reaction, ...]:
    found = []
    for index, part in enumerate(children(node, "reaction")):
        try:
            found.append(Reaction(concepts(part, "manifestation"), text(part, "severity")))
        except FaultError as fault:
            raise inside(fault, "reaction", index) from None
    return tuple(found)


def reason(node: Node, scope: Scope, code: str = "reasonCode", reference: str = "reasonReference") -> Concept:
    """Why something was done: a code, else what a reference leads to or says."""
    stated = first(concepts(node, code))
    if stated:
        return stated
    for index, one in enumerate(children(node, reference)):
        _, _, found = scope.target(one, f"{reference}[{index}]")
        what = concept(found, "code") if found and type(found.get("code")) is dict else Concept()
        shown = what or Concept(text=text(one, "display"))
        if shown:
            return shown
    return Concept()


def procedure(node: Node, scope: Scope) -> Procedure:
    """A Procedure without its subject."""
    return Procedure(
        concept=concept(node, "code"),
        status=text(node, "status"),
        performed=moment(node, "performed"),
        body_site=", ".join(one.display for one in concepts(node, "bodySite")),
        reason=reason(node, scope),
    )


def immunization(node: Node, scope: Scope) -> Immunization:
    """An Immunization without its patient."""
    del scope
    return Immunization(
        concept=concept(node, "vaccineCode"),
        status=text(node, "status"),
        given=when(node, "occurrenceDateTime"),
        dose=quantity(node, "doseQuantity"),
        route=concept(node, "route").display,
        lot=text(node, "lotNumber"),
    )


def encounter(node: Node, scope: Scope) -> Encounter:
    """An Encounter without its subject."""
    return Encounter(
        concept=first(concepts(node, "type")),
        kind=coding(node, "class").value,
        status=text(node, "status"),
        during=period(node, "period"),
        reason=reason(node, scope),
        place=_place(node, scope),
    )


def _place(node: Node, scope: Scope) -> str:
    """Name of the location, else of who provides the service."""
    inner = [child(part, "location") for part in children(node, "location")]
    for key, one in [("location", part) for part in inner] + [
        ("serviceProvider", child(node, "serviceProvider"))
    ]:
        if one is None:
            continue
        _, _, found = scope.target(one, key)
        name = text(one, "display") or (text(found, "name") if found else "")
        if name:
            return name
    return ""
