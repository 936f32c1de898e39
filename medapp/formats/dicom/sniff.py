"""What a file is that is no DICOM file, by its first bytes."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from pathlib import Path

Content = Literal["dicom", "gzip", "zip", "nifti", "nrrd", "other"]

HEAD: Final = 1024
_TAR_MARK: Final = 257
_PREAMBLE: Final = 128
_MARKED: Final = 132
_NAMES: Final = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\xff\x4f\xff\x51", "a bare JPEG 2000 codestream"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a bitmap picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"%PDF", "a PDF document"),
    (b"\x89HDF", "an HDF5 file"),
    (b"Rar!", "a RAR archive, which is not opened"),
    (b"7z\xbc\xaf", "a 7-Zip archive, which is not opened"),
    (b"\xfd7zXZ", "an XZ archive, which is not opened"),
    (b"BZh", "a bzip2 archive, which is not opened"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive, which is not opened"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a text document"),
    (b"\x93NUMPY", "a NumPy array"),
)
_ARCHIVES: Final = (b"Rar!", b"7z\xbc\xaf", b"\xfd7zXZ", b"BZh", b"\x28\xb5\x2f\xfd")


def read_start(path: Path) -> bytes:
    """The first bytes of a file.

    Raises:
        OSError: Where it cannot be read.
    """
    with path.open("rb") as file:
        return file.read(HEAD)


def content_of(head: bytes) -> Content:
    """What the first bytes say."""
    if head[128:132] == b"DICM":
        return "dicom"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"NRRD000"):
        return "nrrd"
    if head[344:348] in (b"n+1\0", b"ni1\0") or head[4:8] in (b"n+2\0", b"ni2\0"):
        return "nifti"
    return "other"


def inside_gzip(path: Path) -> bytes | None:
    """The first bytes of what is compressed; None where it is damaged.

    Raises:
        OSError: Where it cannot be read.
    """
    try:
        with gzip.open(path) as file:
            return file.read(HEAD)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return None


def name_of(head: bytes) -> tuple[str, str]:
    """(code, words) for a file that is not taken in."""
    for magic, words in _NAMES:
        if head.startswith(magic):
            return ("unsupported-archive" if magic in _ARCHIVES else "not-dicom", words)
    if head[_TAR_MARK : _TAR_MARK + 5] == b"ustar":
        return ("unsupported-archive", "a tar archive, which is not opened")
    if not head.strip(b"\0"):
        cut = ", as the first bytes of a DICOM file that was cut short are" if len(head) < _MARKED else ""
        return ("not-dicom", f"nothing but zeros{cut}")
    if _PREAMBLE < len(head) < _MARKED and b"DICM".startswith(head[_PREAMBLE:]):
        return ("truncated", "DICOM and cut short: it ends within the mark behind its preamble")
    return ("not-dicom", _kind_of_text(head) or "of no kind that is known here")


def _kind_of_text(head: bytes) -> str:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The last character may be cut.
        if error.start < len(head) - 3:
            return ""
        text = head[: error.start].decode("utf-8")
    if any(ord(character) < ord(" ") and character not in "\t\n\r\f\x1b" for character in text):
        return ""
    start = text.lstrip("\ufeff \t\r\n")[:1]
    return {"{": "a JSON text", "[": "a JSON text", "<": "an XML or HTML text"}.get(start, "a text")
