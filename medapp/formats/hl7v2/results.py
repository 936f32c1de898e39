"""OBR, OBX, NTE and SPM: reports with their observations (HL7 v2.9, chapters 4 and 7)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from medapp.domain.record import Entry, Note, Observation, Other, Report, StudyReference
from medapp.formats.hl7v2.embedded import embedded
from medapp.formats.hl7v2.types import concept, period, reference_range, when, words
from medapp.formats.hl7v2.values import several, value

if TYPE_CHECKING:
    from medapp.formats.hl7v2.scope import Scope
    from medapp.formats.hl7v2.segments import Segment

RESULT_KINDS = ("ORU", "OUL", "OPU", "ORA", "ORF", "OPR", "VXU", "MDM")
OBSERVATION_STATUS = {
    "A": "amended", "C": "corrected", "D": "entered-in-error", "F": "final", "I": "registered",
    "O": "registered", "P": "preliminary", "R": "preliminary", "S": "preliminary", "U": "final", "V": "final",
    "W": "entered-in-error", "X": "cancelled",
}  # fmt: skip
"""HL7 table 0085 to FHIR observation-status."""
REPORT_STATUS = {
    "A": "partial", "C": "corrected", "F": "final", "I": "registered", "M": "corrected", "N": "registered",
    "O": "registered", "P": "preliminary", "R": "preliminary", "S": "registered", "X": "cancelled",
}  # fmt: skip
"""HL7 table 0123 to FHIR diagnostic-report-status."""
_IMAGING = ("RAD", "RX", "CT", "NMR", "NMS", "RUS", "CUS", "OUS", "VUS", "XRC", "PET", "MRI", "IMG")
_LABORATORY = ("LAB", "CH", "HM", "MB", "MCB", "MYC", "BLB", "BG", "CG", "CP", "IMM", "SP", "SR", "TX", "VR")
STUDY_CODES = ("110180", "113014")
"""DICOM: Study Instance UID, DICOM Study."""
UID = re.compile(r"[0-2](\.(0|[1-9]\d*))+")
TEXTS = ("TX", "FT", "ST", "")


def read_request(scope: Scope, segment: Segment) -> None:
    """OBR: a report where the message brings results, else an order."""
    close_report(scope)
    scope.check_date(segment, 7, 8, 22)
    section = segment.text(24).upper()
    scope.category = "imaging" if section in _IMAGING else "laboratory" if section in _LABORATORY else ""
    scope.effective = (when(segment, 7), when(segment, 8))
    what = concept(segment.one(4))
    scope.specimen = words(segment.one(15).below(1)) or scope.specimen_of_group
    if scope.kind in RESULT_KINDS and scope.kind != "MDM":
        status = REPORT_STATUS.get(segment.text(25), "")
        report = Report(what, scope.category, status, period(*scope.effective), when(segment, 22))
        scope.open.report = (segment.place, report)
    else:
        during = period(when(segment, 36) or scope.order.start or scope.effective[0], None)
        order = Other("ServiceRequest", what, scope.order.status, during)
        scope.add(segment.place, order, recorded=scope.order.entered)


def read_specimen(scope: Scope, segment: Segment) -> None:
    """SPM: what the results before (ORU) or after it (OUL) were measured in."""
    scope.check_date(segment, 17)
    specimen = words(segment.one(4))
    if scope.open.report is None:
        scope.specimen_of_group = scope.specimen = specimen
        return
    close_observation(scope)
    scope.specimen = scope.specimen or specimen
    for index, entry in enumerate(scope.found):
        if (
            isinstance(entry, Entry)
            and entry.id in scope.open.results
            and isinstance(entry.content, Observation)
        ):
            stated = entry.content.specimen or specimen
            scope.found[index] = replace(entry, content=replace(entry.content, specimen=stated))


def read_observation(scope: Scope, segment: Segment) -> None:
    """OBX."""
    close_observation(scope)
    scope.check_date(segment, 14)
    kind = segment.text(2).upper()
    if scope.open.note is not None and kind in TEXTS:
        scope.open.texts.append("\n".join(field.text for field in segment.all(5)))
        return
    what = concept(segment.one(3))
    if kind in {"ED", "RP"}:
        _read_document(scope, segment, kind)
        return
    if not what and not segment.raw(5):
        return
    start = when(segment, 14)
    effective = period(start, None) if start else period(*scope.effective)
    observation = Observation(
        what,
        OBSERVATION_STATUS.get(segment.text(11), ""),
        scope.category,
        effective,
        value=value(scope, segment, kind),
        absent="not-asked" if segment.text(11) == "N" else "",
        flags=tuple(flag for field in segment.all(8) if (flag := field.first())),
        components=several(segment, kind, what),
        specimen=scope.specimen,
        method="; ".join(text for text in map(words, segment.all(17)) if text),
        body_site=words(segment.one(20)),
        ranges=tuple(filter(None, [reference_range(segment.raw(7), segment.one(6))])),
    )
    scope.open.observation = (segment.place, observation)
    uid = segment.text(5) or segment.one(5).first(2)
    if what.codes and what.codes[0].value in STUDY_CODES and UID.fullmatch(uid):
        # The way from a report to its images.
        scope.add(f"{segment.place}-5", StudyReference(uid, start))


def _read_document(scope: Scope, segment: Segment, kind: str) -> None:
    """ED and RP: a document inside of the message, or the place of one, which is never opened."""
    text, media, link, problem = embedded(segment.one(5), kind)
    if problem:
        scope.refuse("unsupported", problem, segment.place)
    if scope.open.note is not None and text:
        scope.open.texts.append(text)
        return
    written = when(segment, 14) or scope.effective[0]
    status = OBSERVATION_STATUS.get(segment.text(11), "")
    note = Note(concept(segment.one(3)), status, written, text=text, media_type=media, link=link)
    scope.add(segment.place, note)


def read_remark(scope: Scope, segment: Segment) -> None:
    """NTE: about the observation or the report that it follows."""
    text = "\n".join(field.text for field in segment.all(3))
    if not text:
        return
    if scope.open.observation is not None:
        place, observation = scope.open.observation
        comment = f"{observation.comment}\n{text}" if observation.comment else text
        scope.open.observation = (place, replace(observation, comment=comment))
    elif scope.open.report is not None:
        scope.open.remarks.append(text)


def close_observation(scope: Scope) -> None:
    """Nothing more is said about the last observation."""
    if scope.open.observation is not None:
        place, observation = scope.open.observation
        scope.open.observation = None
        name = scope.add(place, observation)
        if scope.open.report is not None:
            scope.open.results.append(name)


def close_report(scope: Scope) -> None:
    """No more results belong to the last report."""
    close_observation(scope)
    if scope.open.report is not None:
        place, report = scope.open.report
        results, remarks = tuple(scope.open.results), "\n".join(scope.open.remarks)
        scope.open.report = None
        scope.add(place, replace(report, results=results, conclusion=remarks))
    scope.open.results.clear()
    scope.open.remarks.clear()
    scope.category, scope.specimen, scope.effective = "", "", (None, None)
