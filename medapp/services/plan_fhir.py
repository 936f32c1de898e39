"""A treatment plan as FHIR R4B: a CarePlan with one MedicationRequest for each line, and its checks.

Nothing in it is an order: CarePlan and MedicationRequests are of intent ``proposal``, also once a person has
signed. The whole plan lies beside as a Binary, so that reading it again (`medapp.services.plan_file`) loses
nothing.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from medapp.domain.plan import concerns, named
from medapp.domain.record.coding import ATC
from medapp.services.fhir_parts import Node, meta, patient_node, term
from medapp.services.medicines_file import input_text
from medapp.services.plan_words import ACTIONS, VERDICTS, cited
from medapp.services.result_file import WARNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from medapp.domain.patient import Patient
    from medapp.domain.plan import Plan
    from medapp.domain.recommendation import Check, Drug, Estimate, LineDecision, Statement

_SPACE: Final = uuid.UUID("c7a0e2f4-2a41-4d0c-9a8e-1a3c1d6a5b90")
_SEVERITIES: Final = {"info": "low", "minor": "low", "significant": "moderate", "critical": "high"}
_ISSUES: Final = {
    "interaction": ("DRG", "Drug Interaction Alert"),
    "duplicate": ("DUPTHPY", "Duplicate Therapy Alert"),
    "allergy": ("ALGY", "Allergy Alert"),
    "condition": ("COND", "Condition Alert"),
    "age": ("AGE", "Age Alert"),
}
"""v3 ActCode of detected issues; the other kinds of checks have none that fits."""
_STATUSES: Final = {"accepted": "active", "changed": "active", "rejected": "cancelled"}


def plan_resources(plan: Plan, patient: Patient) -> list[Node]:
    """All resources of a plan but the Binary; the same plan gives the same ids."""
    writer = _Writer(plan)
    lines = [writer.line(number) for number in range(len(plan.lines))]
    issues = [writer.issue(check) for check in plan.all_checks if check.outcome != "clear"]
    risks = [writer.risk(number, one) for number, one in enumerate(plan.option.estimates)]
    current = [writer.taken(number, drug) for number, drug in enumerate(plan.current)]
    about = writer.care_plan(current)
    return [
        patient_node(patient, writer.id("patient")), about, *lines, *current, *issues, *risks,
        writer.provenance((about, *lines)),
    ]  # fmt: skip


def bundle_of(plan: Plan, resources: Iterable[Node]) -> Node:
    """A Bundle of type collection."""
    when = plan.signature.signed if plan.signature else plan.created
    return {
        "resourceType": "Bundle",
        "id": plan.id,
        "meta": meta(),
        "type": "collection",
        "timestamp": when,
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources],
    }


def resource_id(plan: str, name: str) -> str:
    """The id of a resource of a plan."""
    return str(uuid.uuid5(_SPACE, f"{plan}/{name}"))


class _Writer:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def id(self, name: str) -> str:
        return resource_id(self._plan.id, name)

    def _to(self, name: str) -> Node:
        return {"reference": f"urn:uuid:{self.id(name)}"}

    def care_plan(self, current: Iterable[Node]) -> Node:
        plan = self._plan
        node: Node = {
            "resourceType": "CarePlan",
            "id": self.id("plan"),
            "meta": meta(),
            "identifier": [{"system": "urn:medapp:plan", "value": plan.id}],
            "status": "active" if plan.signature else "draft",
            "intent": "proposal",
            "title": plan.option.title,
            "subject": self._to("patient"),
            "created": plan.created,
            "activity": [{"reference": self._to(f"line/{number}")} for number in range(len(plan.lines))],
            "supportingInfo": [self._to("binary")]
            + [{"reference": f"urn:uuid:{one['id']}"} for one in current],
            "note": [{"text": one} for one in (*self._told(), f"{WARNING}.")],
        }
        if plan.focus:
            node["addresses"] = [{"display": one.text} for one in plan.focus]
        if plan.signature:
            node["author"] = {"display": plan.signature.name}
        return node

    def _told(self) -> Iterator[str]:
        plan = self._plan
        if plan.signature:
            yield f"Signed by {plan.signature.name} on {plan.signature.signed}."
        else:
            yield "Not signed: a draft."
        for model in plan.models:
            yield f"Ranked by {cited(model)}."
        for one in plan.option.statements:
            yield _statement(one)

    def line(self, number: int) -> Node:
        plan, change = self._plan, self._plan.lines[number]
        decision = plan.decision(number)
        by = "Added by a person" if number >= len(plan.option.changes) else "Proposed"
        told = [f"{by}: {ACTIONS[change.action]} {change.drug.name}.", *_decided(decision)]
        if named(plan, number) != change.drug.name:
            told.append(f"The dose was changed: the strength in “{change.drug.name}” does not hold.")
        told += [f"Why: {change.reason}"] if change.reason else []
        told += [f"A check speaks against it: {one.text}" for one in plan.vetoes(number)]
        node: Node = {
            "resourceType": "MedicationRequest",
            "id": self.id(f"line/{number}"),
            "meta": meta(),
            "status": "draft" if decision is None else _STATUSES[decision.verdict],
            "intent": "proposal",
            "doNotPerform": change.action == "stop",
            "medicationCodeableConcept": _medicine(change.drug, named(plan, number)),
            "subject": self._to("patient"),
            "authoredOn": plan.created,
            "note": [{"text": one} for one in (*told, f"{WARNING}.")],
        }
        if decision is not None and decision.verdict == "rejected":
            node["statusReason"] = {"text": decision.reason or "Rejected"}
        dose = decision.dose if decision is not None and decision.verdict == "changed" else change.dose
        if dose and change.action != "stop":
            node["dosageInstruction"] = [{"text": dose}]
        if change.reason:
            # The problems of the plan are reasons of the plan, not of each of its lines.
            node["reasonCode"] = [{"text": change.reason}]
        found = [
            {"reference": f"urn:uuid:{self.id(f'check/{check.key}')}"}
            for check in plan.all_checks
            if check.outcome != "clear" and concerns(check, change.drug)
        ]
        return node | ({"detectedIssue": found} if found else {})

    def taken(self, number: int, drug: Drug) -> Node:
        node: Node = {
            "resourceType": "MedicationStatement",
            "id": self.id(f"current/{number}"),
            "meta": meta(),
            "status": "unknown",
            "medicationCodeableConcept": _medicine(drug),
            "subject": self._to("patient"),
            "note": [{"text": "Taken when the plan was made, as the record has it."}],
        }
        return node | ({"dosage": [{"text": drug.dose}]} if drug.dose else {})

    def issue(self, check: Check) -> Node:
        plan = self._plan
        told = [check.text]
        if check.outcome == "unknown":
            told.append("Not checked: this is not known to be safe.")
        told += [f"{input_text(one)}." for one in check.inputs]
        told += [f"From {cited(check.citation)}.", f"{WARNING}."]
        known = _ISSUES.get(check.kind)
        code = term("v3-ActCode", *known) if known else {}
        concerned = [
            self._to(f"line/{number}")
            for number, change in enumerate(plan.lines)
            if concerns(check, change.drug)
        ]
        node: Node = {
            "resourceType": "DetectedIssue",
            "id": self.id(f"check/{check.key}"),
            "meta": meta(),
            "status": "preliminary",
            "code": code | {"text": check.kind},
            "patient": self._to("patient"),
            "detail": " ".join(told),
        }
        if check.outcome == "found":
            node["severity"] = _SEVERITIES[check.severity]
        if concerned:
            node["implicated"] = concerned
        if check.advice:
            node["mitigation"] = [{"action": {"text": check.advice}}]
        return node

    def risk(self, number: int, one: Estimate) -> Node:
        text = f"95 % interval {one.low:.3g} to {one.high:.3g}. From {cited(one.citation)}. {WARNING}."
        when = {"whenRange": {"low": _days(0), "high": _days(one.horizon_days)}} if one.horizon_days else {}
        return {
            "resourceType": "RiskAssessment",
            "id": self.id(f"estimate/{number}"),
            "meta": meta(),
            "status": "preliminary",
            "subject": self._to("patient"),
            "prediction": [
                {
                    "outcome": {"text": one.outcome},
                    "probabilityDecimal": one.probability,
                    **when,
                }
            ],
            "note": [{"text": text}],
        }

    def provenance(self, about: Iterable[Node]) -> Node:
        plan = self._plan
        agents = [
            {
                "type": term("provenance-participant-type", "assembler", "Assembler"),
                "who": {"display": "medapp"},
            }
        ]
        if plan.signature:
            verifier = term("provenance-participant-type", "verifier", "Verifier")
            agents.append({"type": verifier, "who": {"display": plan.signature.name}})
        node: Node = {
            "resourceType": "Provenance",
            "id": self.id("provenance"),
            "meta": meta(),
            "target": [{"reference": f"urn:uuid:{one['id']}"} for one in about],
            "recorded": plan.signature.signed if plan.signature else plan.created,
            "activity": {"text": "Lines proposed by a program, each decided by a person"},
            "agent": agents,
        }
        if plan.record_sha256:
            what = {"identifier": {"system": "urn:medapp:record-sha256", "value": plan.record_sha256}}
            node["entity"] = [{"role": "source", "what": what | {"display": "The record it was made from"}}]
        return node


def _medicine(drug: Drug, called: str = "") -> Node:
    """The medicine; under another name only with codes of its ingredients, not with that of one strength."""
    own = called and called != drug.name
    codes = [one for one in drug.codes if not own or one.system == ATC or one.display in drug.ingredients]
    coding = [
        {key: value for key, value in (("system", one.system), ("code", one.value), ("display", one.display))
         if value}
        for one in codes
    ]  # fmt: skip
    return ({"coding": coding} if coding else {}) | {"text": called or drug.name}


def _decided(decision: LineDecision | None) -> Iterator[str]:
    if decision is None:
        yield "Not decided."
        return
    yield f"{VERDICTS[decision.verdict]} by a person."
    if decision.reason:
        yield f"Reason: {decision.reason}"


def _statement(one: Statement) -> str:
    word = {"for": "For", "against": "Against", "note": "Note"}[one.direction]
    return f"{word}: {one.text} From {cited(one.citation)}."


def _days(number: float) -> Node:
    return {"value": number, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}
