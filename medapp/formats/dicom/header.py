"""A header as the index keeps it: raw values, decoded when asked for."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import compress
from operator import is_not
from typing import TYPE_CHECKING, Final

from medapp.formats.dicom.tags import KEYWORDS
from medapp.formats.dicom.text import decode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from medapp.formats.dicom.elements import Item

_BINARY: Final = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "AT": "HH"}
_CHARSET_TAG: Final = KEYWORDS["SpecificCharacterSet"][0]
_NO_ITEMS: Final[tuple[Item, ...]] = ()
_LARGEST_INTEGER: Final = 1 << 53
_SHORT: Final = 64
_REMEMBERED: Final = 4096
_CODED: Final = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))


@dataclass(frozen=True, slots=True)
class Values:
    """Typed access to the raw elements of a data set or of a sequence item."""

    raw: Mapping[int, bytes | tuple[Item, ...]]
    little: bool = True
    charset: bytes = b""

    def bytes_of(self, keyword: str) -> bytes | None:
        """The raw value, None where the element is missing or a sequence."""
        value = self.raw.get(KEYWORDS[keyword][0])
        return value if isinstance(value, bytes) else None

    def text(self, keyword: str) -> str:
        r"""The value as text, several values joined by ``\``; empty where it is missing.

        Control characters that have no meaning in text are shown as U+FFFD.
        """
        raw = self.bytes_of(keyword)
        if not raw:
            return ""
        vr = KEYWORDS[keyword][1]
        if vr in _BINARY:
            return "\\".join(_number_text(number) for number in self.numbers(keyword))
        charset = self.charset if vr in _CODED else b""
        return decode(raw, charset)

    def numbers(self, keyword: str) -> tuple[float, ...]:
        """The numbers of the value; a component that is none becomes NaN. Empty where missing."""
        raw = self.bytes_of(keyword)
        if not raw:
            return ()
        vr = KEYWORDS[keyword][1]
        return (_short_numbers if len(raw) <= _SHORT else _numbers)(raw, vr, self.little)

    def number(self, keyword: str) -> float | None:
        """The first number, None where it is missing or not finite."""
        numbers = self.numbers(keyword)
        return numbers[0] if numbers and math.isfinite(numbers[0]) else None

    def integer(self, keyword: str) -> int | None:
        """The first number as an integer, None where it is missing or none."""
        raw = self.bytes_of(keyword)
        if not raw:
            return None
        vr = KEYWORDS[keyword][1]
        return (_short_integer if len(raw) <= _SHORT else _integer)(raw, vr, self.little)

    def get(self, keyword: str) -> str | tuple[float, ...] | None:
        """Text for text, numbers for numbers, None where the element is missing or empty."""
        if KEYWORDS[keyword][1] in _BINARY or KEYWORDS[keyword][1] in ("DS", "IS"):
            return self.numbers(keyword) or None
        return self.text(keyword) or None

    def items(self, keyword: str) -> tuple[Values, ...]:
        """Items of a sequence, empty where it is missing."""
        value = self.raw.get(KEYWORDS[keyword][0])
        found = value if isinstance(value, tuple) else _NO_ITEMS
        return tuple(Values(item, self.little, self.charset) for item in found)

    def first(self, keyword: str) -> Values:
        """The first item of a sequence, an empty one where there is none."""
        items = self.items(keyword)
        return items[0] if items else Values({}, self.little, self.charset)


def _numbers(raw: bytes, vr: str, little: bool) -> tuple[float, ...]:  # noqa: FBT001 - cached by place
    kind = _BINARY.get(vr)
    if kind is None:
        return decimal_strings(raw)
    count = len(raw) // struct.calcsize(kind)
    order = "<" if little else ">"
    return tuple(float(number) for number in struct.unpack_from(f"{order}{kind * count}", raw))


def _integer(raw: bytes, vr: str, little: bool) -> int | None:  # noqa: FBT001 - cached by place
    numbers = _numbers(raw, vr, little)
    if not numbers or not math.isfinite(numbers[0]) or abs(numbers[0]) > _LARGEST_INTEGER:
        return None
    return int(numbers[0]) if numbers[0] == int(numbers[0]) else None


# The files of a series repeat most values, and are asked for them many times.
_short_numbers = lru_cache(_REMEMBERED)(_numbers)
_short_integer = lru_cache(_REMEMBERED)(_integer)


def decimal_strings(raw: bytes) -> tuple[float, ...]:
    """Numbers of a DS or IS value; what is no number becomes NaN."""
    return tuple(_decimal(part) for part in raw.strip(b" \0").split(b"\\"))


def _decimal(part: bytes) -> float:
    try:
        return float(part.strip(b" \0").replace(b"_", b"?"))
    except ValueError:
        return math.nan


def _number_text(number: float) -> str:
    return str(int(number)) if math.isfinite(number) and number == int(number) else repr(number)


@dataclass(frozen=True, slots=True, eq=False)
class Header:
    """What the index knows of one file.

    Attributes:
        values: The indexed elements.
        transfer_syntax_uid: As declared; as observed where the file does not declare one.
        explicit: Whether the data set states its VRs; with `little` how it is written.
        little: Byte order of the data set.
        pixel_tag: Tag of the pixel element, 0 where there is none.
        pixel_offset: Absolute file offset of native pixels; None where they are encapsulated, deflated or
            missing.
        pixel_length: Stated bytes of native pixels, None as above.
        fragments_offset: Absolute file offset of the first item of encapsulated pixels, else None.
        file_size: Bytes in the file.
        remarks: (code, sentence) of what was odd in the way the file is written.
        shared: Values are those of other headers already, where they are equal.
    """

    path: Path
    values: Values
    transfer_syntax_uid: str = ""
    explicit: bool = True
    little: bool = True
    pixel_tag: int = 0
    pixel_offset: int | None = None
    pixel_length: int | None = None
    fragments_offset: int | None = None
    file_size: int = 0
    remarks: tuple[tuple[str, str], ...] = field(default=())
    shared: bool = False

    def get(self, keyword: str) -> str | tuple[float, ...] | None:
        """Text for text, numbers for numbers, None where the element is missing or empty."""
        return self.values.get(keyword)

    def text(self, keyword: str) -> str:
        r"""The value as text, several values joined by ``\``; empty where it is missing."""
        return self.values.text(keyword)

    def numbers(self, keyword: str) -> tuple[float, ...]:
        """The numbers of the value; a component that is none becomes NaN. Empty where missing."""
        return self.values.numbers(keyword)

    def integer(self, keyword: str) -> int | None:
        """The first number as an integer, None where it is missing or none."""
        return self.values.integer(keyword)

    @property
    def sop_class_uid(self) -> str:
        """SOP class, from the file meta information where the data set has none."""
        return self.text("SOPClassUID") or self.text("MediaStorageSOPClassUID")

    @property
    def number_of_frames(self) -> int:
        """Frames in the file: 1 where it does not say, 0 where what it says is no count."""
        if not self.values.bytes_of("NumberOfFrames"):
            return 1
        number = self.integer("NumberOfFrames")
        if number == 0:
            return 1
        return number if number is not None and 0 < number < 2**31 else 0

    @property
    def rows(self) -> int:
        """Rows, 0 where missing."""
        return self.integer("Rows") or 0

    @property
    def columns(self) -> int:
        """Columns, 0 where missing."""
        return self.integer("Columns") or 0

    @property
    def samples(self) -> int:
        """Samples per pixel, 1 where missing."""
        number = self.integer("SamplesPerPixel")
        return 1 if number is None else number

    @property
    def bits_allocated(self) -> int:
        """Bits allocated, 0 where missing."""
        return self.integer("BitsAllocated") or 0

    @property
    def bits_stored(self) -> int:
        """Bits stored, those allocated where missing."""
        return self.integer("BitsStored") or self.bits_allocated

    @property
    def pixel_representation(self) -> int:
        """0 unsigned, 1 two's complement."""
        return self.integer("PixelRepresentation") or 0

    @property
    def photometric(self) -> str:
        """Photometric interpretation."""
        return self.text("PhotometricInterpretation")

    @property
    def has_pixels(self) -> bool:
        """True where the file has a pixel element."""
        return self.pixel_tag != 0

    @property
    def frame_bytes(self) -> int:
        """Bytes of one native frame; bits are packed where one bit is allocated."""
        bits = self.rows * self.columns * self.samples * self.bits_allocated
        if self.photometric == "YBR_FULL_422":
            bits = bits * 2 // 3
        return bits // 8 if bits % 8 == 0 else bits // 8 + 1

    def compact(self, base: Header | None) -> Header:
        """This header, its values shared with those of `base` where they are equal.

        Thousands of headers of one series then cost little more than what tells them apart.
        """
        raw = self.values.raw
        if (
            self.shared
            or base is None
            or base.values.charset != self.values.charset
            or not isinstance(raw, dict)
        ):
            return self
        others = list(map(base.values.raw.get, raw))
        for tag, other in list(compress(zip(raw, others, strict=True), map(is_not, others, raw.values()))):
            if other is not None and other == raw[tag]:
                raw[tag] = other
        return self


def charset_of(raw: Mapping[int, bytes | tuple[Item, ...]]) -> bytes:
    """Raw Specific Character Set of a data set."""
    value = raw.get(_CHARSET_TAG)
    return value if isinstance(value, bytes) else b""
