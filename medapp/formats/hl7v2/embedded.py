"""Documents that travel inside of OBX-5 (ED, RP; HL7 v2.9, 2A.3.29 and 2A.3.65)."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medapp.formats.hl7v2.segments import Field

_SUBTYPES = {
    "PDF": "application/pdf", "RTF": "application/rtf", "HTML": "text/html", "XML": "application/xml",
    "JPEG": "image/jpeg", "JPG": "image/jpeg", "TIFF": "image/tiff", "PNG": "image/png", "GIF": "image/gif",
    "DICOM": "application/dicom", "OCTET-STREAM": "application/octet-stream", "PLAIN": "text/plain",
    "TXT": "text/plain", "TEXT": "text/plain", "X-HL7-CDA-LEVEL-ONE": "text/xml", "BASIC": "audio/basic",
}  # fmt: skip
_TYPES = {"TEXT": "text", "IM": "image", "IMAGE": "image", "APPLICATION": "application", "AP": "application",
          "AU": "audio", "AUDIO": "audio"}  # fmt: skip


def media_type(kind: str, subtype: str) -> str:
    """Of HL7 tables 0834 and 0291; empty where neither says."""
    if "/" in subtype or "/" in kind:
        return (subtype if "/" in subtype else kind).lower()
    known = _SUBTYPES.get(subtype.upper(), "")
    family = _TYPES.get(kind.upper(), "")
    return known or (
        f"{family}/{subtype.lower()}" if family and subtype else "text/plain" if family == "text" else ""
    )


def embedded(field: Field, kind: str) -> tuple[str, str, str, str]:
    """Text, media type, link and what is wrong; bytes that are no text are named and not kept."""
    if kind == "RP":
        return "", media_type(field.part(3), field.part(4)), field.part(1), ""
    media, encoding = media_type(field.part(2), field.part(3)), field.part(4).upper()
    data = field.part(5)
    if encoding != "BASE64":
        return data, media, "", ""
    if media and not media.startswith("text/") and media != "application/xml":
        return "", media, "", ""
    try:
        raw = base64.b64decode("".join(data.split()), validate=True)
        return raw.decode("utf-8"), media, "", ""
    except (binascii.Error, ValueError):
        return "", media, "", "the document inside is no Base64 text and is left out" if media else ""
