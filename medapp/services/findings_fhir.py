"""Accepted and corrected findings as FHIR R4B resources, with where they come from.

A proposal is not written: what nobody has accepted is not part of a record. Statements of a model are
Observations and RiskAssessments, never confirmed diagnoses: a disease is a Condition that is provisional.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.services.corrections import label_of
from medapp.services.fhir_parts import Node, fhir_date, instant, is_moment, meta, patient_node, term
from medapp.services.finding_words import gain_words, interval_title
from medapp.services.findings_codes import coded, concept, quantity, share, words
from medapp.services.findings_table import earlier_words, moment_of, verdict_words
from medapp.services.horizon import holds_from, period_words
from medapp.services.result_file import WARNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from medapp.domain.finding import Finding
    from medapp.domain.patient import Patient, Series
    from medapp.library.findings import Decision
    from medapp.services.corrections import Label
    from medapp.services.inbox import InboxItem

_SPACE: Final = uuid.UUID("5ad3f0f8-9a51-4d5e-9a0d-0c3c6a5b7f11")


@dataclass(frozen=True)
class Subject:
    """Whom and what an answer is about; None where it is not known."""

    patient: Patient
    series: Series | None = None


def bundle_of(item: InboxItem, subject: Subject) -> Node | None:
    """A Bundle of type collection; None where nothing of the answer was accepted or corrected."""
    decided = [
        (finding, decision, label_of(finding, item.result.findings, decision, item.result.coverage))
        for finding in item.result.findings
        if (decision := item.decisions.get(finding.key)) is not None and decision.verdict != "rejected"
    ]
    # Of a class that says neither present nor absent nothing is asserted, whoever has accepted it.
    decided = [one for one in decided if one[0].kind != "class" or one[2] is not None]
    if not decided:
        return None
    writer = _Writer(item, subject)
    clinical = [one for parts in decided for one in writer.resources(*parts)]
    rest = [writer.patient(), writer.device(), *clinical]
    latest = max(decision.decided for _, decision, _ in decided)
    resources = [*rest, writer.provenance(clinical, latest)]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": instant(latest),
        "meta": meta(),
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources],
    }


class _Writer:
    """Makes the resources of one answer; the same answer gives the same ids."""

    def __init__(self, item: InboxItem, subject: Subject) -> None:
        self._item, self._subject = item, subject

    # ---- who and what ---------------------------------------------------------------------------------
    def patient(self) -> Node:
        return patient_node(self._subject.patient, self._id("patient"))

    def device(self) -> Node:
        entry, made = self._item.entry, self._item.report.get("provenance") or {}
        versions = [entry.version, *(f"{name} sha256 {digest}" for name, digest in
                                     (made.get("weights") or {}).items())]  # fmt: skip
        return {
            "resourceType": "Device",
            "id": self._id("device"),
            "deviceName": [{"name": entry.title, "type": "user-friendly-name"},
                           {"name": entry.task, "type": "model-name"}],
            "version": [{"value": one} for one in versions if one],
            "patient": self._reference("patient"),
            "note": [{"text": WARNING}],
        }  # fmt: skip

    def provenance(self, about: Iterable[Node], latest: float) -> Node:
        series = self._subject.series
        node: Node = {
            "resourceType": "Provenance",
            "id": self._id("provenance"),
            "target": [{"reference": f"urn:uuid:{one['id']}"} for one in about],
            "recorded": instant(latest),
            "activity": {"text": "Findings of a model, each accepted or corrected by a person"},
            "agent": [
                {"type": term("provenance-participant-type", "assembler", "Assembler"),
                 "who": self._reference("device")},
                {"type": term("provenance-participant-type", "verifier", "Verifier"),
                 "who": {"display": ", ".join(self._names()) or "The person who decided"}},
            ],
        }  # fmt: skip
        if series is not None and series.uid:
            what = {"identifier": {"system": "urn:dicom:uid", "value": f"urn:oid:{series.uid}"}}
            node["entity"] = [{"role": "source", "what": what | {"display": "Series of images"}}]
        return node

    def _names(self) -> list[str]:
        return sorted({one.by for one in self._item.decisions.values() if one.by})

    # ---- findings -------------------------------------------------------------------------------------
    def resources(self, finding: Finding, decision: Decision, label: Label | None) -> Iterator[Node]:
        if finding.kind == "disease":
            yield from self._disease(finding, decision, label)
        elif finding.kind == "risk" and decision.verdict == "accepted":
            yield self._risk(finding, decision)
        else:
            yield self._observation(finding, decision, label)

    def _observation(self, finding: Finding, decision: Decision, label: Label | None) -> Node:
        node = self._statement("Observation", finding, decision) | {
            "code": concept(finding.code, finding.title),
            "device": self._reference("device"),
            "method": {"text": self._item.entry.title},
            "issued": instant(decision.decided),
        }
        if "images" in self._item.result.used:
            node["category"] = [term("observation-category", "imaging", "Imaging")]
        node |= _value(label)
        components = list(_components(finding, corrected=decision.verdict == "corrected"))
        if components:
            node["component"] = components
        when = self._when()
        if when:
            node["effectiveDateTime"] = when
        return node

    def _risk(self, finding: Finding, decision: Decision) -> Node:
        prediction: Node = {"outcome": concept(finding.code, finding.title)}
        if finding.probability is not None:
            prediction["probabilityDecimal"] = share(finding.probability)
        if finding.horizon_days is not None:
            prediction["whenRange"] = {"low": quantity(0, "d"), "high": quantity(finding.horizon_days, "d")}
        said = words(finding)
        if said:
            prediction["rationale"] = said
        node = self._statement("RiskAssessment", finding, decision) | {
            "method": {"text": self._item.entry.title},
            "prediction": [prediction],
        }
        period = period_words(self._item, finding)
        if period:
            node["note"].insert(1, {"text": period})
        when = holds_from(self._item, finding) or ("" if finding.kind == "risk" else self._when())
        return node | ({"occurrenceDateTime": when} if when else {})

    def _disease(self, finding: Finding, decision: Decision, label: Label | None) -> Iterator[Node]:
        meant = self._meant(finding, label)
        condition = self._statement("Condition", finding, decision)
        del condition["status"]
        condition |= {
            "clinicalStatus": term("condition-clinical", "active", "Active"),
            "verificationStatus": term("condition-ver-status", "provisional", "Provisional"),
            "code": meant,
            "recordedDate": instant(decision.decided),
        }
        yield condition
        if decision.verdict == "accepted":
            yield self._risk(finding, decision) | {
                "id": self._id(f"{finding.key}/risk"),
                "condition": {"reference": f"urn:uuid:{condition['id']}"},
            }

    def _meant(self, finding: Finding, label: Label | None) -> Node:
        """The disease that a person named, where they corrected it."""
        if label is None or label.kind not in {"finding", "text"}:
            return concept(finding.code, finding.title)
        other = next((one for one in self._item.result.findings if one.key == label.text), None)
        return {"text": label.text} if other is None else concept(other.code, other.title)

    def _statement(self, kind: str, finding: Finding, decision: Decision) -> Node:
        """What all have: id, status, whom it is about, and in words how it came to be."""
        entry = self._item.entry
        verb = verdict_words(finding, decision, self._item.result.coverage)
        who = decision.by or "a person"
        told = [
            f"{verb} by {who} on {moment_of(decision.decided)}. Proposed by {entry.task} {entry.version}."
        ]
        told += [f"Before: {one}." for one in earlier_words(self._item, finding.key)]
        if finding.is_chance:
            told.append("In tests on held-back cases the model was no better than chance at this.")
        if finding.is_no_gain:
            told.append(gain_words(finding))
        if decision.verdict == "corrected":
            told.append(f"The model said: {finding.title}: {words(finding) or 'nothing definite'}.")
        told += [f"Reason: {decision.reason}"] if decision.reason else []
        told += [finding.remark] if finding.remark else []
        return {
            "resourceType": kind,
            "id": self._id(finding.key),
            "meta": meta(),
            "status": "final",
            "subject": self._reference("patient"),
            "note": [{"text": one} for one in (*told, f"{WARNING}.")],
        }

    def _when(self) -> str:
        """Day of the images, which is when a finding holds; the answer may have come years later."""
        series = self._subject.series
        if series is not None:
            return fhir_date(series.study.date)
        return self._item.entry.created if is_moment(self._item.entry.created) else ""

    def _id(self, name: str) -> str:
        return str(uuid.uuid5(_SPACE, f"{self._item.entry.id}/{name}"))

    def _reference(self, name: str) -> Node:
        return {"reference": f"urn:uuid:{self._id(name)}"}


def _value(label: Label | None) -> Node:
    if label is None:
        return {"dataAbsentReason": term("data-absent-reason", "unknown", "Unknown")}
    if label.kind == "answer":
        return {"valueCodeableConcept": coded(label.text)}
    if label.kind == "value" and label.value is not None:
        return {"valueQuantity": quantity(label.value, label.unit)}
    return {"valueString": label.text}


def _components(finding: Finding, *, corrected: bool) -> Iterator[Node]:
    """What the model said beside the value; of a corrected number its interval does not hold any more."""
    if finding.probability is not None:
        yield _component("Probability given by the model", quantity(share(finding.probability), "1"))
    if corrected:
        return
    if finding.low is not None and finding.high is not None:
        unit = finding.unit if finding.value is not None else "1"
        ends = (finding.low, finding.high)
        low, high = (quantity(one if finding.value is not None else share(one), unit) for one in ends)
        yield {"code": {"text": interval_title(finding)}, "valueRange": {"low": low, "high": high}}
    if finding.percentile is not None:
        yield _component(f"Percentile in {finding.reference}", quantity(finding.percentile, "%"))


def _component(text: str, value: Node) -> Node:
    return {"code": {"text": text}, "valueQuantity": value}
