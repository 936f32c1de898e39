"""XML that a stranger wrote: no document type, no entities, no network, bounded depth and size."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from medapp.formats.errors import MALFORMED, TOO_LARGE, UnreadableError

if TYPE_CHECKING:
    from lxml import etree

V3 = "urn:hl7-org:v3"
SDTC = "urn:hl7-org:sdtc"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
MOST_BYTES = 256 << 20
WRAPPER = "wrapped"
ENTITY = "entity"

_OPEN = (
    f'<{WRAPPER} xmlns="{V3}" xmlns:cda="{V3}" xmlns:hl7="{V3}" xmlns:n1="{V3}" xmlns:sdtc="{SDTC}" '
    f'xmlns:xsi="{XSI}" xmlns:voc="urn:hl7-org:v3/voc">'
).encode()
_DECLARATION = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*<\?xml\b[^>]*?(?:encoding=[\"']([A-Za-z0-9._-]+)[\"'])?[^>]*?\?>"
)


class _StopError(Exception):
    """Enough was seen."""


def parse(data: bytes) -> etree._Element:
    """The root; a fragment, or a document that leaves namespaces out, is put inside of a wrapper.

    Raises:
        UnreadableError: Where the XML is not well-formed, declares a document type or is too deep.
    """
    from lxml import etree

    _refuse_document_type(data)
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        wrapped = _wrapped(data)
        try:
            return etree.fromstring(wrapped, _parser()) if wrapped else _fail(error)
        except etree.XMLSyntaxError as again:
            return _fail(again)
    if etree.QName(root).namespace is None and (wrapped := _wrapped(data)):
        return etree.fromstring(wrapped, _parser())
    return root


def _parser() -> etree.XMLParser:
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _refuse_document_type(data: bytes) -> None:
    """A document type has no place in CDA, and is where entities are declared."""

    def seen(*_: object) -> None:
        line = parser.CurrentLineNumber
        raise UnreadableError(ENTITY, f"line {line}: it declares a document type, which may hide entities")

    def enough(*_: object) -> None:
        raise _StopError

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = seen
    parser.EntityDeclHandler = seen
    parser.StartElementHandler = enough
    try:
        parser.Parse(data[: 1 << 20], False)  # noqa: FBT003  expat takes it by position only
    except (_StopError, expat.ExpatError, ValueError, LookupError):
        # What is not well-formed is told by the reader proper.
        return


def _wrapped(data: bytes) -> bytes:
    """The same inside of an element that declares the usual prefixes; empty where it cannot be."""
    declaration = _DECLARATION.match(data)
    encoding = (declaration[1] or b"utf-8").decode("ascii") if declaration else "utf-8"
    body = data[declaration.end() :] if declaration else data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = body.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return b""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return b""
    # Declarations of fragments that were put together to one file have no meaning inside.
    inner = re.sub(r"<\?xml\b[^>]*\?>", "", text)
    return _OPEN + inner.encode() + f"</{WRAPPER}>".encode()


def _fail(error: etree.XMLSyntaxError) -> etree._Element:
    """Libxml's own words are not repeated: they may quote the document."""
    line, column = error.position
    words = str(error.msg or "")
    if "xcessive depth" in words or "huge" in words.lower():
        raise UnreadableError(
            TOO_LARGE, f"line {line}: it is nested deeper, or has longer texts, than any document"
        )
    raise UnreadableError(MALFORMED, f"line {line}, column {column}: it is no well-formed XML")


def named(path: str) -> str:
    """A path of CDA's own element names for lxml: ``a/b`` and ``sdtc:c``."""
    steps = []
    for step in path.split("/"):
        prefix, _, name = step.rpartition(":")
        steps.append(f"{{{SDTC if prefix == 'sdtc' else V3}}}{name}" if step not in {".", "*"} else step)
    return "/".join(steps)


def one(element: etree._Element | None, path: str) -> etree._Element | None:
    """The first at a path."""
    return None if element is None else element.find(_cached(path))


def every(element: etree._Element | None, path: str) -> list[etree._Element]:
    """All at a path."""
    return [] if element is None else element.findall(_cached(path))


_PATHS: dict[str, str] = {}


def _cached(path: str) -> str:
    found = _PATHS.get(path)
    if found is None:
        found = _PATHS[path] = named(path)
    return found


def attribute(element: etree._Element | None, name: str) -> str:
    """An attribute, trimmed; empty where there is none."""
    return "" if element is None else (element.get(name) or "").strip()


def local(element: etree._Element) -> str:
    """Name without the namespace."""
    return str(element.tag).rpartition("}")[2]


def words(element: etree._Element | None) -> str:
    """All text below an element in one line."""
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())


def templates(element: etree._Element) -> set[str]:
    """Roots of its template ids."""
    return {attribute(one, "root") for one in every(element, "templateId")}
