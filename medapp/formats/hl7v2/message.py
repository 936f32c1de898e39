"""A message: its header, and its segments in turn."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from medapp.domain.record import Refusal
from medapp.formats.hl7v2 import clinical, orders, results, visits
from medapp.formats.hl7v2.framing import CHARSETS, decode
from medapp.formats.hl7v2.person import read_person, read_relative, release
from medapp.formats.hl7v2.scope import MALFORMED, Scope
from medapp.formats.hl7v2.segments import Delimiters, Segment

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.domain.record import Item
    from medapp.formats.hl7v2.framing import RawMessage


def _new_person(scope: Scope, segment: Segment) -> None:
    _close(scope)
    read_person(scope, segment)


def _close(scope: Scope) -> None:
    orders.close_medication(scope)
    visits.close_note(scope)
    results.close_report(scope)


READERS: dict[str, Callable[[Scope, Segment], None]] = {
    "PID": _new_person,
    "NK1": read_relative,
    "PV1": visits.read_visit,
    "PV2": visits.read_visit_more,
    "ACC": visits.read_accident,
    "SCH": visits.read_appointment,
    "TXA": visits.read_document,
    "MRG": visits.read_merge,
    "AL1": clinical.read_allergy,
    "IAM": clinical.read_adverse_reaction,
    "DG1": clinical.read_diagnosis,
    "PRB": clinical.read_problem,
    "PDA": clinical.read_death,
    "FT1": orders.read_charge,
    "PR1": clinical.read_procedure,
    "ORC": orders.read_order,
    "RXO": orders.read_medication_order,
    "RXE": orders.read_encoded_order,
    "RXD": orders.read_dispense,
    "RXG": orders.read_give,
    "RXA": orders.read_administration,
    "RXR": orders.read_route,
    "TQ1": orders.read_timing,
    "OBR": results.read_request,
    "OBX": results.read_observation,
    "NTE": results.read_remark,
    "SPM": results.read_specimen,
}


def read_message(file: str, number: int, raw: RawMessage, unread: Counter[str]) -> list[Item]:
    """All that one message says; what of it could not be read is among it as refusals.

    Segments that have no reader are counted in `unread`.
    """
    scope = Scope(file, number)
    first = raw.lines[0][1].decode("latin-1")
    marks = Delimiters.of(first)
    if marks is None:
        scope.refuse(MALFORMED, "its encoding characters cannot be told apart; it is left out", "MSH[1]")
        return scope.found
    header = Segment.of(first, 1, marks)
    problem = _unreadable(scope, header)
    if problem is not None:
        return [problem]
    _complain(scope, raw)
    for segment in _segments(scope, raw, header):
        reader = READERS.get(segment.name)
        if reader is None:
            unread[segment.name] += 1
        else:
            reader(scope, segment)
    _close(scope)
    release(scope)
    _check(scope)
    return scope.found


def _unreadable(scope: Scope, header: Segment) -> Refusal | None:
    """Why nothing of the message is read; None where it can be."""
    kind = header.one(9)
    # Only words of the standard's own tables are repeated in a reason: anything else may be patient data.
    scope.kind = kind.first(1) if kind.first(1).isalnum() and len(kind.first(1)) == 3 else ""  # noqa: PLR2004
    scope.trigger = kind.first(2) if kind.first(2).isalnum() and len(kind.first(2)) == 3 else ""  # noqa: PLR2004
    version = header.text(12)
    if version and not version.startswith("2"):
        reason = f"{scope.name}, MSH[1]: it is not of HL7 version 2; it is left out"
        return Refusal(scope.source("MSH[1]"), "version", reason)
    return None


def _complain(scope: Scope, raw: RawMessage) -> None:
    if not raw.ended:
        scope.refuse(
            MALFORMED,
            "the file ends inside of this message; what there is of it was read",
            f"line {raw.line}",
        )
    for line in raw.stray:
        scope.refuse(MALFORMED, "this line is no segment and is left out", f"line {line}")


def _segments(scope: Scope, raw: RawMessage, header: Segment) -> list[Segment]:
    named = header.text(18).upper()
    codec = CHARSETS.get(named)
    if codec is None:
        reason = "MSH-18 names a character set that is not known; what is not ASCII is shown as \ufffd"
        scope.refuse("encoding", reason, "MSH[1]")
    found = []
    numbers: Counter[str] = Counter()
    for _line, data in raw.lines:
        text, sound = decode(data, codec or "ascii")
        name = text[:3]
        numbers[name] += 1
        segment = Segment.of(text, numbers[name], header.marks)
        if not sound and codec is not None:
            reason = "bytes are not of the character set that MSH-18 names; they are shown as \ufffd"
            scope.refuse("encoding", reason, segment.place)
        found.append(segment)
    return found


NOTED = {
    "A17": "an exchange of beds", "A23": "the deletion of a patient's record", "A24": "a link of two records",
    "A29": "the deletion of a person's record", "A37": "the end of a link of two records",
}  # fmt: skip
"""Events that would change what is known already: told to the user, who decides."""


def _check(scope: Scope) -> None:
    if scope.kind == "ADT" and scope.trigger in NOTED:
        scope.refuse("unsupported", f"{NOTED[scope.trigger]} is noted and not applied", "MSH[1]")
    if scope.without_subject:
        scope.refuse("no-subject", "no PID segment says who it is about; its entries are left out", "PID")
    elif not scope.subject:
        scope.refuse("unknown-kind", "it is about no patient", "MSH[1]")
