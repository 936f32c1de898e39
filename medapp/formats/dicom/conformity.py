"""Values that the standard does not allow for their value representation (PS3.5 6.2, table 6.2-1).

Lengths of decimal strings are not counted: so many programs write more digits than allowed that a remark
on them would say nothing.
"""

from __future__ import annotations

import calendar
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from medapp.formats.dicom.header import decimal_strings
from medapp.formats.dicom.tags import TOP_LEVEL
from medapp.formats.dicom.text import MAX_TEXT, decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.formats.dicom.header import Header

_UID: Final = re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*")
_DATE: Final = re.compile(r"(\d{4})(\.?)(\d{2})\2(\d{2})", re.ASCII)
_TIME: Final = re.compile(
    r"([01]\d|2[0-3])(:?[0-5]\d(:?([0-5]\d|60)(\.\d{1,6})?)?)?",
    re.ASCII,
)
_DATE_TIME: Final = re.compile(r"(\d{4})(\d{2})?(\d{2})?(\d[\d.]*)?([+-](0\d|1[0-4])[0-5]\d)?", re.ASCII)
_AGE: Final = re.compile(r"(\d{3})([DWMY])", re.ASCII)
_CODE: Final = re.compile(r"[A-Z0-9_ ]{0,16}", re.ASCII)
_INTEGER: Final = re.compile(r" *[+-]?\d{1,11} *", re.ASCII)
_LONGEST_UID: Final = 64
_OLDEST_YEARS: Final = 150
_NAME_GROUPS: Final = 3
_NAME_PARTS: Final = 5
_LONGEST: Final = {"SH": 16, "LO": 64, "ST": MAX_TEXT - 1, "LT": MAX_TEXT - 1}
_BREAKS: Final = frozenset("\t\n\f\r\x1b")
"""Control characters that the text representations allow."""
_MISLEADING: Final = frozenset("\ufffd\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What could not be decoded, and what turns the direction of text that follows."""
_SIZES: Final = {"US": 2, "SS": 2, "UL": 4, "SL": 4, "FL": 4, "FD": 8, "AT": 4}
_CHECKED: Final = tuple(
    (keyword, tag, vr)
    for keyword, (tag, vr) in TOP_LEVEL.items()
    if vr != "SQ" and tag >> 16 & 1 == 0 and keyword != "SpecificCharacterSet"
)


def wrong_values(header: Header) -> list[str]:
    """Keywords of the indexed elements whose values are not allowed, in the order of the index."""
    raw, charset = header.values.raw, header.values.charset
    found = []
    for keyword, tag, vr in _CHECKED:
        value = raw.get(tag)
        if isinstance(value, bytes) and value and not conforms(value, vr, charset):
            found.append(keyword)
    return found


@lru_cache(4096)
def conforms(value: bytes, vr: str, charset: bytes = b"") -> bool:
    """True where a raw value is one of its value representation; empty values always are."""
    if vr in _SIZES:
        return len(value) % _SIZES[vr] == 0
    if vr in ("ST", "LT"):
        return _is_text(decode(value, charset), vr)
    coded = charset if vr in ("LO", "SH", "PN") else b""
    if vr == "DS":
        return all(number - number == 0 for number in decimal_strings(value)) or not value.strip(b" \0\\")
    check = _CHECKS[vr]
    text = decode(value, coded)
    return len(text) < MAX_TEXT and all(not part.strip() or check(part) for part in text.split("\\"))


def is_date(text: str) -> bool:
    """True for a day of the calendar, YYYYMMDD or the older YYYY.MM.DD."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return False
    year, month, day = int(found[1]), int(found[3]), int(found[4])
    return year > 0 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]  # noqa: PLR2004 - months


def is_time(text: str) -> bool:
    """True for a time of day, HHMMSS.FFFFFF cut after any part, or the older HH:MM:SS."""
    return _TIME.fullmatch(text.strip()) is not None


def is_age(text: str) -> bool:
    """True for an age that somebody can have."""
    found = _AGE.fullmatch(text.strip())
    return found is not None and (found[2] != "Y" or int(found[1]) <= _OLDEST_YEARS)


def _is_date_time(text: str) -> bool:
    found = _DATE_TIME.fullmatch(text.strip())
    if found is None or not is_date(f"{found[1]}{found[2] or '01'}{found[3] or '01'}"):
        return False
    return found[4] is None or (found[3] is not None and is_time(found[4]))


def _is_uid(text: str) -> bool:
    return len(text) <= _LONGEST_UID and _UID.fullmatch(text) is not None


def _is_name(text: str) -> bool:
    groups = text.split("=")
    return (
        len(groups) <= _NAME_GROUPS
        and all(len(group) <= _LONGEST["LO"] and group.count("^") < _NAME_PARTS for group in groups)
        and _is_clean(text)
    )


def _is_text(text: str, vr: str) -> bool:
    return len(text) <= _LONGEST[vr] and _is_clean(text)


def _is_clean(text: str) -> bool:
    return _MISLEADING.isdisjoint(text) and all(
        (character >= " " and character != "\x7f") or character in _BREAKS for character in text
    )


_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "AS": is_age,
    "CS": lambda text: _CODE.fullmatch(text) is not None,
    "DA": is_date,
    "DT": _is_date_time,
    "IS": lambda text: _INTEGER.fullmatch(text) is not None,
    "LO": lambda text: _is_text(text, "LO"),
    "PN": _is_name,
    "SH": lambda text: _is_text(text, "SH"),
    "TM": is_time,
    "UI": _is_uid,
}
