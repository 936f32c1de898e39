"""DiagnosticReport, DocumentReference and ImagingStudy (FHIR R4, 10.3, 10.11 and 10.7).

An attachment is taken from the resource itself; an address is kept as a name and never opened.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final

from medapp.domain.record import Note, Report, StudyReference
from medapp.formats.fhir.faults import FaultError, inside
from medapp.formats.fhir.fields import (
    child,
    children,
    coding,
    concept,
    concepts,
    first,
    integer,
    moment,
    text,
    when,
    word,
)
from medapp.formats.fhir.plain import plain

if TYPE_CHECKING:
    from medapp.formats.fhir.fields import Node
    from medapp.formats.fhir.references import Scope

HTML: Final = frozenset({"text/html", "application/xhtml+xml"})


def report(node: Node, scope: Scope) -> Report:
    """A DiagnosticReport without its subject."""
    conclusion = text(node, "conclusion") or ", ".join(
        one.display for one in concepts(node, "conclusionCode")
    )
    if not conclusion:
        conclusion = "\n\n".join(_words(node, scope, "presentedForm"))
    return Report(
        concept=concept(node, "code"),
        category=word(first(concepts(node, "category"))),
        status=text(node, "status"),
        effective=moment(node, "effective"),
        issued=when(node, "issued"),
        results=scope.ids(node, "result"),
        conclusion=conclusion,
    )


def _words(node: Node, scope: Scope, key: str) -> list[str]:
    found = [_attached(one, scope, f"{key}[{index}]") for index, one in enumerate(children(node, key))]
    return [words for words in found if words]


def _attached(attachment: Node, scope: Scope, path: str) -> str:
    """The words of an attachment; one that cannot be decoded leaves the document without its words."""
    try:
        return attached(attachment)
    except FaultError as fault:
        scope.faults.append(inside(fault, path))
        return ""


def note(node: Node, scope: Scope) -> Note:
    """A DocumentReference without its subject; the texts of several attachments follow each other."""
    parts = []
    for index, content in enumerate(children(node, "content")):
        path = f"content[{index}].attachment"
        try:
            attachment = child(content, "attachment")
        except FaultError as fault:
            raise inside(fault, "content", index) from None
        if attachment is not None:
            parts.append((attachment, _attached(attachment, scope, path)))
    shown = next((one for one, words in parts if words), parts[0][0] if parts else {})
    title = text(node, "description") or next((said for one, _ in parts if (said := text(one, "title"))), "")
    return Note(
        concept=concept(node, "type") or first(concepts(node, "category")),
        status=text(node, "status"),
        written=when(node, "date") or when(shown, "creation"),
        author=_author(node, scope),
        title=title,
        text="\n\n".join(words for _, words in parts if words),
        media_type=text(shown, "contentType").partition(";")[0].strip(),
        link=next((link for one, _ in parts if (link := text(one, "url"))), ""),
    )


def attached(attachment: Node) -> str:
    """The words of an Attachment that holds text; empty for other kinds and for a mere address."""
    key = "data"
    data = text(attachment, key)
    kind, _, more = text(attachment, "contentType").lower().partition(";")
    kind = kind.strip()
    if not data or not (kind.startswith("text/") or kind in HTML):
        return ""
    try:
        raw = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise FaultError(key, "is not base64") from None
    words = _decoded(raw, more)
    return plain(words) if kind in HTML else words


def _decoded(raw: bytes, parameters: str) -> str:
    named = next(
        (
            one.partition("=")[2].strip(" \"'")
            for one in parameters.split(";")
            if one.strip().startswith("charset")
        ),
        "utf-8",
    )
    try:
        return raw.decode("utf-8-sig" if named in {"utf-8", "utf8"} else named)
    except (UnicodeDecodeError, LookupError):
        path = "data"
        raise FaultError(path, "is not text of the character set that it names") from None


def _author(node: Node, scope: Scope) -> str:
    for index, one in enumerate(children(node, "author")):
        if text(one, "display"):
            return text(one, "display")
        kind, _, found = scope.target(one, f"author[{index}]")
        if found and kind == "Organization":
            return text(found, "name")
        names = children(found, "name") if found and kind in {"Practitioner", "Patient"} else []
        if names:
            given = names[0].get("given")
            parts = (*(given if type(given) is list else ()), names[0].get("family"))
            return text(names[0], "text") or " ".join(part for part in parts if type(part) is str)
    return ""


def study(node: Node, scope: Scope) -> StudyReference:
    """An ImagingStudy without its subject."""
    del scope
    series = children(node, "series")
    kinds: list[str] = []
    site = ""
    try:
        for one in children(node, "modality"):
            _keep(kinds, text(one, "code"))
        for one in series:
            _keep(kinds, coding(one, "modality").value)
            body = coding(one, "bodySite")
            site = site or body.display or body.value
    except FaultError as fault:
        raise inside(fault, "series") from None
    stated = integer(node, "numberOfSeries")
    return StudyReference(
        uid=_uid(node),
        started=when(node, "started"),
        modalities=tuple(kinds),
        description=text(node, "description") or first(concepts(node, "procedureCode")).display,
        accession=_accession(node),
        series=stated if stated is not None else (len(series) or None),
        body_site=site,
    )


def _keep(kinds: list[str], kind: str) -> None:
    if kind and kind not in kinds:
        kinds.append(kind)


def _uid(node: Node) -> str:
    """The Study Instance UID: an identifier ``urn:oid:...`` of the system urn:dicom:uid (R4, 10.7.4)."""
    for system in ("urn:dicom:uid", "urn:ietf:rfc:3986"):
        for one in children(node, "identifier"):
            value = text(one, "value")
            if text(one, "system") == system and (system == "urn:dicom:uid" or value.startswith("urn:oid:")):
                return value.removeprefix("urn:oid:")
    return ""


def _accession(node: Node) -> str:
    for one in children(node, "identifier"):
        if "ACSN" in {code.value for code in concept(one, "type").codes}:
            return text(one, "value")
    return ""
