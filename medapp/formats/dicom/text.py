"""Text of a data set in the characters of its Specific Character Set (PS3.3 C.12.1.1.2)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_ESCAPE: Final = b"\x1b"
_SINGLE: Final = {
    "": "latin-1",
    "ISO_IR 6": "latin-1",
    "ISO 2022 IR 6": "latin-1",
    "ISO_IR 13": "shift_jis",
    "ISO_IR 100": "latin-1",
    "ISO_IR 101": "iso8859_2",
    "ISO_IR 109": "iso8859_3",
    "ISO_IR 110": "iso8859_4",
    "ISO_IR 126": "iso8859_7",
    "ISO_IR 127": "iso8859_6",
    "ISO_IR 138": "iso8859_8",
    "ISO_IR 144": "iso8859_5",
    "ISO_IR 148": "iso8859_9",
    "ISO_IR 166": "iso8859_11",
    "ISO_IR 192": "utf-8",
    "ISO_IR 203": "iso8859_15",
    "GB18030": "gb18030",
    "GBK": "gbk",
}

MAX_TEXT: Final = 1024
"""Characters kept of a text. The longest that the indexed elements allow is far below."""


@lru_cache(maxsize=4096)
def decode(raw: bytes, charset: bytes = b"") -> str:
    """Decode a value; bytes that the character set has not become U+FFFD.

    Args:
        raw: The value with its padding.
        charset: Raw value of (0008,0005), empty where it is missing.
    """
    value = raw.rstrip(b" \0")
    text = _ascii(value)
    if text is None:
        text = _decode(value, charset)
    text = text.strip(" ")
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _ascii(value: bytes) -> str | None:
    if not value.isascii() or _ESCAPE in value:
        return None
    return value.decode("ascii")


def _decode(value: bytes, charset: bytes) -> str:
    terms = [term.strip() for term in charset.decode("latin-1").rstrip(" \0").split("\\")]
    if len(terms) == 1 and _ESCAPE not in value:
        codec = _SINGLE.get(terms[0].replace("ISO 2022 IR", "ISO_IR"))
        if codec is not None:
            return _with_codec(value, codec)
    return _with_extensions(value, terms)


def _with_codec(value: bytes, codec: str) -> str:
    try:
        return value.decode(codec)
    except UnicodeDecodeError:
        return value.decode(codec, errors="replace")


def _with_extensions(value: bytes, terms: list[str]) -> str:
    """Code extensions (ISO 2022) through pydicom, which knows the escape sequences."""
    import warnings

    from pydicom import charset as pydicom_charset

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            encodings = pydicom_charset.convert_encodings(terms)
            return pydicom_charset.decode_bytes(value, encodings, set(b"\n\f\r\t\\^="))
        except (LookupError, ValueError, TypeError, AttributeError):
            return value.decode("latin-1")
