"""Remarks on the way a file is written: its preamble, transfer syntax and value representations.

They depend on nothing but the heads of the elements and the transfer syntax, so that files of one outline
share them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from medapp.formats.dicom.elements import UNDEFINED
from medapp.formats.dicom.tags import PIXEL_DATA, TOP_LEVEL

if TYPE_CHECKING:
    from medapp.formats.dicom.elements import DataSet

Remarks = tuple[tuple[str, str], ...]
"""(code, sentence) each."""

IMPLICIT_VR_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2"
EXPLICIT_VR_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2.1"
EXPLICIT_VR_BIG_ENDIAN: Final = "1.2.840.10008.1.2.2"
GE_BIG_ENDIAN_PIXELS: Final = "1.2.840.113619.5.2"

_NATIVE: Final = frozenset(
    (IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN, GE_BIG_ENDIAN_PIXELS)
)
_ENCAPSULATED: Final = re.compile(r"1\.2\.840\.10008\.1\.2\.(1\.98|4\.\d{2,3}|5|7\.\d|8\.1)")
"""Families of transfer syntaxes whose pixels lie in fragments (PS3.5 A.4, PS3.6 table A-1)."""
_LEADS: Final = {
    b"MZ": "a Windows program",
    b"\x7fELF": "a Linux program",
    b"#!": "a script",
    b"PK": "a zip archive",
    b"%PDF": "a PDF",
    b"<": "markup",
    b"\xca\xfe\xba\xbe": "a program",
    b"\xcf\xfa\xed\xfe": "a program",
}
_PRINTABLE: Final = frozenset(range(0x20, 0x7F)) | frozenset(b"\t\n\r")
_KEYWORD_OF: Final = {tag: keyword for keyword, (tag, _) in TOP_LEVEL.items()}
_LISTED: Final = 8


def preamble_remarks(start: bytes) -> Remarks:
    """What the first bytes of a preamble say; zeros and TIFF (PS3.10 7.1) say nothing.

    Args:
        start: The first eight bytes, empty where the file has no preamble.
    """
    name = next((name for magic, name in _LEADS.items() if start.startswith(magic)), "")
    if not name and start.rstrip(b"\0") and _PRINTABLE.issuperset(start):
        name = "a text"
    if not name:
        return ()
    return (("preamble-content", f"the preamble begins like {name}; the image itself is DICOM"),)


def syntax_remarks(declared: str, found: DataSet) -> Remarks:
    """What the transfer syntax says against the way the pixels lie in the file."""
    if not declared:
        return ()
    native, packed = declared in _NATIVE, _ENCAPSULATED.fullmatch(declared) is not None
    if not native and not packed:
        return (("transfer-syntax-unknown", f"the transfer syntax {declared[:64]} is not known"),)
    if found.pixel_tag != PIXEL_DATA:
        return ()
    if native and found.pixel_length == UNDEFINED:
        return (("transfer-syntax-mismatch", "pixels are compressed, the transfer syntax says otherwise"),)
    if packed and found.pixel_length != UNDEFINED:
        return (("transfer-syntax-mismatch", "pixels are plain, the transfer syntax says otherwise"),)
    return ()


def vr_remarks(found: DataSet) -> Remarks:
    """Elements that are written with another value representation than that of PS3.6."""
    if not found.other_vrs:
        return ()
    names = ", ".join(_KEYWORD_OF[tag] for tag in found.other_vrs[:_LISTED])
    more = " and more" if len(found.other_vrs) > _LISTED else ""
    return (("vr-mismatch", f"another value representation than the standard's is stated for {names}{more}"),)
