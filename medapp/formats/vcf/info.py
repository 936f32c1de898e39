"""Rules for INFO (section 1.6.1, field 8 of 4.5; keys of structural variants, section 3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from medapp.formats.vcf.definition import FLAG, Definition, count_fits
from medapp.formats.vcf.edition import ENCODING_SINCE, KEYS_SINCE
from medapp.formats.vcf.names import info_key_fault
from medapp.formats.vcf.structural import STRUCTURAL_KEYS, check_structural

if TYPE_CHECKING:
    from medapp.formats.vcf.header import Header
    from medapp.formats.vcf.problem import Findings

_CIGAR = re.compile(r"(?:[0-9]+[MIDNSHPX=])+")
_ENCODED = re.compile(r"%(?![0-9A-F]{2})")
_MOST_REMEMBERED = 4096

Pairs = list[tuple[str, str]]


class InfoRules:
    """Checks INFO by what the header and the edition say of each key."""

    def __init__(self, header: Header) -> None:
        """For one file."""
        self._header = header
        self._minor = header.edition.minor
        self._keys: dict[str, _Key] = {}
        self._right: dict[tuple[str, int], Pairs] = {}

    def check(self, text: str, position: int, alternates: list[str], found: Findings) -> Pairs:
        """The keys and values of the column."""
        symbolic = any("<" in one for one in alternates)
        known = None if symbolic else self._right.get((text, len(alternates)))
        if known is not None:
            return known
        before = len(found.items)
        pairs = [] if text == "." else self._split(text, len(alternates), found)
        if symbolic or any(key in STRUCTURAL_KEYS for key, _ in pairs):
            check_structural(dict(pairs), position, alternates, self._header.edition, found)
        elif len(found.items) == before and len(self._right) < _MOST_REMEMBERED:
            self._right[text, len(alternates)] = pairs
        return pairs

    def _split(self, text: str, count: int, found: Findings) -> Pairs:
        if self._minor < KEYS_SINCE and (" " in text or "\t" in text):
            found.flaw("INFO", "the column contains whitespace")
        pairs: Pairs = []
        for item in text.split(";"):
            key, equals, value = item.partition("=")
            known = self._keys.get(key)
            if known is None:
                known = self._key(key, found)
                if len(self._keys) < _MOST_REMEMBERED:
                    self._keys[key] = known
            if known.fault:
                found.flaw("INFO", f"a key {known.fault}")
                continue
            pairs.append((key, value))
            if equals:
                known.check(value, count, found)
            elif known.definition is not None and known.definition.type != FLAG:
                found.flaw(f"INFO/{key}", f"{key} has no value")
        if len(dict(pairs)) != len(pairs):
            found.flaw("INFO", "a key is stated twice", is_error=self._minor >= KEYS_SINCE)
        return pairs

    def _key(self, key: str, found: Findings) -> _Key:
        """What is known about a key that comes for the first time."""
        fault = info_key_fault(key, self._header.edition)
        definition = self._header.infos.get(key)
        if definition is None and not fault:
            if self._header.infos:
                found.warn(f"INFO/{key}", f"{key} is not described in the header")
            definition = self._header.edition.info.get(key)
        return _Key(key, definition, fault, self._minor)


class _Key:
    """One key; values that were right once are not looked at again."""

    __slots__ = ("_bits32", "_name", "_right", "definition", "fault")

    def __init__(self, name: str, definition: Definition | None, fault: str, minor: int) -> None:
        self._name = name
        self.definition = definition
        self.fault = fault
        self._bits32 = minor >= ENCODING_SINCE
        self._right: set[tuple[str, int]] = set()

    def check(self, value: str, alternates: int, found: Findings) -> None:
        if (value, alternates) in self._right:
            return
        before = len(found.items)
        self._check(value, alternates, found)
        if len(found.items) == before and len(self._right) < _MOST_REMEMBERED:
            self._right.add((value, alternates))

    def _check(self, value: str, alternates: int, found: Findings) -> None:
        place, name, definition = f"INFO/{self._name}", self._name, self.definition
        if "=" in value and self._bits32:
            found.flaw(place, f"the value of {name} contains an equals sign")
        if self._bits32 and _ENCODED.search(value):
            found.warn(place, f"a percent sign in {name} is not encoded as %25")
        if definition is None:
            return
        if definition.type == FLAG:
            _check_flag(place, name, value, found)
            return
        if not value:
            found.flaw(place, f"the value of {name} is empty")
            return
        if value == ".":
            return
        values = value.split(",")
        # Without a genotype two chromosomes are assumed.
        if not count_fits(definition.number, len(values), alternates):
            found.flaw(
                place, f"{name} does not have as many values as its Number ({definition.number}) asks for"
            )
        for one in values:
            fault = definition.fault(one, bits32=self._bits32) or _own_fault(name, one)
            if fault:
                found.flaw(place, f"{name} {fault}")
                return


def _check_flag(place: str, name: str, value: str, found: Findings) -> None:
    """A flag has no value; 4.1 and 4.2 speak of ``H2=0`` as something that need not be written."""
    found.flaw(place, f"the value of {name} is not a flag", is_error=value not in {"0", "1"})


def _own_fault(name: str, value: str) -> str:
    if name == "CIGAR" and value != "." and not _CIGAR.fullmatch(value):
        return "is not a CIGAR string"
    return ""
