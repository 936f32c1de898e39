"""Rules for the lines of meta-information (section 1.4 of 4.5, "Meta-information lines")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.formats.vcf.contigs import assemblies_named, assemblies_of_contig
from medapp.formats.vcf.edition import KEYS_SINCE, LOCAL_ALLELES_SINCE
from medapp.formats.vcf.meta import Field, MetaError, parse_fields, split_meta
from medapp.formats.vcf.meta_descriptions import alt_line, filter_line, format_line, info_line, meta_line
from medapp.formats.vcf.names import contig_fault, has_space
from medapp.formats.vcf.pedigree import pedigree_line, sample_line
from medapp.formats.vcf.urls import is_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.formats.vcf.header import Header
    from medapp.formats.vcf.problem import Findings

Fields = dict[str, Field]


class MetaRules:
    """Checks one line after the other and writes into the header what they say."""

    def __init__(self, header: Header) -> None:
        """For the edition that the first line has named."""
        self._header = header
        self._ids: set[tuple[str, str]] = set()

    def check(self, text: str, found: Findings) -> None:
        """One line that starts with ``##`` and is not the first."""
        try:
            key, value = split_meta(text)
        except MetaError as error:
            found.error("meta-information", str(error))
            return
        place = f"##{key}"
        if key == "fileformat":
            found.error(place, "the version is stated a second time")
        elif key in _STRUCTURED:
            self._structured(key, value, found)
        elif value.startswith("<") and key != "pedigreeDB":
            self._unknown(key, value, found)
        else:
            self._unstructured(key, value, found)

    def _structured(self, key: str, value: str, found: Findings) -> None:
        """A line of a kind that the specification describes."""
        place = f"##{key}"
        if not value.startswith("<"):
            found.error(place, "the value is not enclosed in angle brackets")
            return
        fields = self._fields(place, value, found)
        if fields is None:
            return
        self._identity(key, fields, found)
        _STRUCTURED[key](fields, self._header, found)

    def _unknown(self, key: str, value: str, found: Findings) -> None:
        """A structured line of another kind: free up to 4.2, from 4.3 on it needs an ID of its own."""
        if self._header.edition.minor < KEYS_SINCE:
            return
        fields = self._fields(f"##{key}", value, found)
        if fields is not None:
            self._identity(key, fields, found)

    def _fields(self, place: str, value: str, found: Findings) -> Fields | None:
        try:
            listed = parse_fields(value)
        except MetaError as error:
            found.error(place, str(error))
            return None
        fields: Fields = {}
        for field in listed:
            if field.name in fields:
                found.error(place, f"{field.name} is stated twice")
            fields.setdefault(field.name, field)
        return fields

    def _identity(self, key: str, fields: Fields, found: Findings) -> None:
        """ID is there, comes first and is unique within its kind."""
        place, minor = f"##{key}", self._header.edition.minor
        named = fields.get("ID")
        if named is None or not named.value:
            if key != "PEDIGREE" or minor >= KEYS_SINCE:
                found.error(place, "the ID is missing")
            return
        if next(iter(fields)) != "ID" and key in _ORDERED:
            found.flaw(
                place, "the fields are not in order: ID comes first", is_error=minor < LOCAL_ALLELES_SINCE
            )
        if (key, named.value) in self._ids:
            found.flaw(place, "the ID is used by an earlier line", is_error=minor >= KEYS_SINCE)
        self._ids.add((key, named.value))

    def _unstructured(self, key: str, value: str, found: Findings) -> None:
        place = f"##{key}"
        if not value:
            strict = key in {"assembly", "pedigreeDB"} or self._header.edition.minor >= LOCAL_ALLELES_SINCE
            found.flaw(place, "the value is empty", is_error=strict)
        elif key == "reference":
            self._header.assemblies |= assemblies_named(value)
        elif key == "assembly":
            if not is_url(value):
                found.error(place, "the value is not a valid URL")
        elif key == "pedigreeDB":
            # Up to 4.2 written as <url>.
            inner = value[1:-1] if value.startswith("<") and value.endswith(">") else value
            if not is_url(inner):
                found.error(place, "the value is not a valid URL")


def _contig_line(fields: Fields, header: Header, found: Findings) -> None:
    """``##contig``: its name, its length where stated, and what it tells of the assembly."""
    place, named = "##contig", fields.get("ID")
    if named is None:
        return
    fault = contig_fault(named.value, header.edition)
    if fault and not (fault == "contains a colon" and header.edition.minor < KEYS_SINCE):
        found.error(place, f"the ID {fault}")
    length = None
    if "length" in fields:
        text = fields["length"].value
        if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_LENGTH:
            length = int(text)
        else:
            found.error(place, "the length is not a positive integer")
    url = fields.get("URL")
    if url is not None and (has_space(url.value) or ("://" in url.value and not is_url(url.value))):
        found.error(place, "the URL is not valid")
    header.contigs[named.value] = length
    described = fields.get("assembly")
    header.assemblies |= assemblies_of_contig(named.value, length, described.value if described else "")


_LONGEST_LENGTH = 12
_ORDERED = frozenset({"INFO", "FORMAT", "FILTER", "ALT", "META"})
_STRUCTURED: dict[str, Callable[[Fields, Header, Findings], None]] = {
    "INFO": info_line,
    "FORMAT": format_line,
    "FILTER": filter_line,
    "ALT": alt_line,
    "META": meta_line,
    "contig": _contig_line,
    "SAMPLE": sample_line,
    "PEDIGREE": pedigree_line,
}
