"""What the editions 4.1 to 4.5 of the specification differ in, and the keys that each of them reserves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from medapp.formats.vcf.reserved import format_keys, info_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.formats.vcf.definition import Definition

_FILE_FORMAT = re.compile(r"VCFv4\.([1-5])")

ENCODING_SINCE = 3
"""UTF-8, percent encoding and 32-bit integers are laid down from 4.3 on."""
KEYS_SINCE = 3
"""Patterns for INFO and FORMAT keys and for names of contigs, and no value twice, from 4.3 on."""
LEADING_PHASE_SINCE = 4
"""``|0/1``: a phase for each allele, from 4.4 on."""
LOCAL_ALLELES_SINCE = 5
"""LAA and lists of no length, from 4.5 on."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition.

    Attributes:
        minor: 1 for 4.1 to 5 for 4.5.
        info, formats: Reserved keys.
    """

    minor: int
    info: Mapping[str, Definition]
    formats: Mapping[str, Definition]

    @property
    def name(self) -> str:
        """As the file writes it."""
        return f"VCFv4.{self.minor}"

    @property
    def ends_lines(self) -> bool:
        """Whether the last line must have an end: from 4.3 on, though a test file of 4.5 has none."""
        return ENCODING_SINCE <= self.minor < LOCAL_ALLELES_SINCE

    @property
    def numbers_of_info(self) -> frozenset[str]:
        """Letters that ``Number`` of an INFO field may be, beside a number."""
        return frozenset("A.G" if self.minor < 2 else "A.GR")  # noqa: PLR2004  Number=R came with 4.2

    @property
    def numbers_of_formats(self) -> frozenset[str]:
        """The same for FORMAT."""
        more = {"P"} if self.minor >= LEADING_PHASE_SINCE else set()
        if self.minor >= LOCAL_ALLELES_SINCE:
            more |= {"LA", "LR", "LG", "M"}
        return self.numbers_of_info | more


@cache
def edition(minor: int) -> Edition:
    """The edition 4.`minor`."""
    return Edition(minor, info_keys(minor), format_keys(minor))


def edition_of(value: str) -> Edition | None:
    """The edition that ``##fileformat=value`` names; None for any but 4.1 to 4.5."""
    match = _FILE_FORMAT.fullmatch(value)
    return edition(int(match.group(1))) if match else None
