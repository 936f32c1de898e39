"""C-CDA R2.1 documents, and fragments of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from medapp.domain.record import Note, Refusal, Source
from medapp.formats.ccda.acts import author_of, embedded, read_encompassing
from medapp.formats.ccda.checks import check_values
from medapp.formats.ccda.header import read_person
from medapp.formats.ccda.narrative import plain
from medapp.formats.ccda.scope import Scope
from medapp.formats.ccda.statements import STATEMENTS, read_statement
from medapp.formats.ccda.types import null, when
from medapp.formats.ccda.xml import MOST_BYTES, WRAPPER, attribute, every, local, one, parse, words
from medapp.formats.errors import MALFORMED, UnreadableError
from medapp.formats.stream import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lxml import etree

    from medapp.domain.record import Item

DOCUMENT = "ClinicalDocument"
_SKIPPED = re.compile(r"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^\[>]*(\[.*?\]\s*)?>", re.DOTALL)
_FIRST = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)([^>]*)")
_HEADER = (
    "author", "participant", "performer", "documentationOf", "informant", "inFulfillmentOf", "dataEnterer",
    "informationRecipient", "custodian", "componentOf", "authenticator", "legalAuthenticator", "serviceEvent",
    "relatedSubject", "participantRole", "manufacturedProduct", "encounterParticipant", "criterion", "addr",
    "authorization", "signatureText", "recordTarget", "section", "component", "entry", "entryRelationship",
)  # fmt: skip
_MARKS = (
    "urn:hl7-org", "templateId", "moodCode=", 'codeSystem="2.16.840', "classCode=", "typeCode=", "<id root=",
    "<id extension=", "nonXMLBody", "patientRole", "intendedRecipient", "streetAddressLine",
    'representation="B64"',
)  # fmt: skip
"""What a fragment whose first element has a common name has to show."""
KNOWN = {DOCUMENT, *STATEMENTS, *_HEADER}


def looks_like(head: bytes) -> bool:
    """Whether a file that starts so is a CDA document or a fragment of one, by its first element."""
    text = _text(head)
    found = _FIRST.search(_SKIPPED.sub("", text))
    if found is None:
        return False
    if found[1] == DOCUMENT:
        return True
    return found[1] in KNOWN and any(mark in text for mark in _MARKS)


def _text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) & ~1].decode("utf-16", errors="replace")
    return head.decode("utf-8", errors="replace")


def read(
    path: Path,
    name: str,
    *,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Iterator[Item]:
    """The person, entries and refusals of one document, in its order.

    Args:
        path: Plain or gzip.
        name: Of the file as the user knows it.
        cancelled: Asked before each section; reading ends where it says so.
        progress: Told then which share of the document is read, 0 to 1.
    """
    stop = cancelled or (lambda: False)
    try:
        root = parse(read_bytes(path, MOST_BYTES))
    except (OSError, UnreadableError) as error:
        code = error.code if isinstance(error, UnreadableError) else MALFORMED
        reason = error.reason if isinstance(error, UnreadableError) else "the file cannot be opened"
        yield Refusal(Source(name, "ccda"), code, reason, whole=True)
        return
    bodies = list(root) if local(root) == WRAPPER else [root]
    if not any(local(body) in KNOWN for body in bodies):
        yield Refusal(
            Source(name, "ccda"), "unknown-kind", "it is neither a CDA document nor a part of one", whole=True
        )
        return
    silent = True
    for number, body in enumerate(bodies):
        for share, found in _read_body(Scope(name, body), body, stop):
            if progress is not None:
                progress((number + share) / len(bodies))
            silent = silent and not found
            yield from found
    if silent and not stop():
        yield Refusal(Source(name, "ccda"), "unknown-kind", "it says nothing about a patient", whole=True)


def _read_body(
    scope: Scope, body: etree._Element, stop: Callable[[], bool]
) -> Iterator[tuple[float, list[Item]]]:
    """What is said up to some share of a document."""
    scope.texts = {attribute(part, "ID"): part for part in body.iter() if part.get("ID")}
    _read_header(scope, body)
    check_values(scope, body)
    yield 0.0, _taken(scope)
    parts = list(_parts(body))
    for number, part in enumerate(parts, 1):
        if stop():
            return
        _read_part(scope, part)
        yield number / len(parts), _taken(scope)


def _taken(scope: Scope) -> list[Item]:
    found, scope.found = scope.found, []
    return found


def _read_header(scope: Scope, body: etree._Element) -> None:
    if local(body) == "recordTarget":
        read_person(scope, body)
        return
    if local(body) == "component" and (unstructured := one(body, "nonXMLBody")) is not None:
        _read_unstructured(scope, body, unstructured)
    if local(body) != DOCUMENT:
        return
    scope.written = when(one(body, "effectiveTime"))
    targets = every(body, "recordTarget")
    for target in targets[:1]:
        read_person(scope, target)
    for target in targets[1:]:
        scope.refuse(
            target, "unsupported", "a document about more than one patient: the further ones are left out"
        )
    if not scope.subject:
        scope.refuse(body, "no-subject", "no recordTarget says who it is about")
    visit = one(body, "componentOf/encompassingEncounter")
    if visit is not None:
        read_encompassing(scope, visit)
    unstructured = one(body, "component/nonXMLBody")
    if unstructured is not None:
        _read_unstructured(scope, body, unstructured)


def _read_unstructured(scope: Scope, body: etree._Element, part: etree._Element) -> None:
    text, media, link = embedded(scope, one(part, "text"))
    title, author = words(one(body, "title")), author_of(body)
    scope.add(
        part, Note(scope.concept(one(body, "code")), "", scope.written, author, title, text, media, link)
    )


def _parts(body: etree._Element) -> Iterator[etree._Element]:
    """Sections wherever they are nested, and the statements of fragments that stand outside of any."""
    name = local(body)
    if name in STATEMENTS or name == "section":
        yield body
        return
    for child in body:
        if isinstance(child.tag, str) and local(child) in {
            "component", "structuredBody", "section", "entry", "entryRelationship", *STATEMENTS,
        }:  # fmt: skip
            yield from _parts(child)


def _read_part(scope: Scope, part: etree._Element) -> None:
    if local(part) != "section":
        read_statement(scope, part)
        return
    scope.section = attribute(one(part, "code"), "code")
    entries = [child for entry in every(part, "entry") for child in entry if local(child) in STATEMENTS]
    before = len(scope.found)
    for child in entries:
        read_statement(scope, child)
    if len(scope.found) == before:
        _read_narrative(scope, part)
    for nested in every(part, "component/section"):
        _read_part(scope, nested)


def _read_narrative(scope: Scope, part: etree._Element) -> None:
    """A section that has no entries: its text."""
    block = one(part, "text")
    text = plain(block) if block is not None and not null(block) else ""
    if text:
        title = words(one(part, "title"))
        scope.add(
            part, Note(scope.concept(one(part, "code")), "", scope.written, "", title, text, "text/plain")
        )
