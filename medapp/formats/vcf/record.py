"""Rules for the fixed fields of a line, and the variant that a line states (section 1.6.1 of 4.5)."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from medapp.domain.genome import Variant
from medapp.formats.vcf.alleles import alternate_fault, reference_fault, upper
from medapp.formats.vcf.contigs import chromosome
from medapp.formats.vcf.definition import is_float
from medapp.formats.vcf.edition import ENCODING_SINCE, KEYS_SINCE
from medapp.formats.vcf.header import COLUMNS_WITH_SAMPLES, FIXED_COLUMNS
from medapp.formats.vcf.info import InfoRules, Pairs
from medapp.formats.vcf.names import chrom_fault, filter_fault, has_space
from medapp.formats.vcf.order import Order
from medapp.formats.vcf.samples import FormatPlan

if TYPE_CHECKING:
    from medapp.domain.genome import Genotype
    from medapp.formats.vcf.header import Header
    from medapp.formats.vcf.problem import Finding, Findings

_MOST_REMEMBERED = 4096
_LONGEST_POSITION = 12
_EXTENT = ("END", "SVLEN", "CHR2", "POS2", "MATEID", "PARID", "EVENT")

Filters = tuple[str, ...] | None


class RecordRules:
    """Checks one line of the body after the other; what is right in a line comes out as a variant."""

    def __init__(self, header: Header) -> None:
        """At the start of the body."""
        self._header = header
        self._edition = header.edition
        self._order = Order(header.edition)
        self._info = InfoRules(header)
        self._chroms: dict[str, tuple[str, str]] = {}
        self._alternates: dict[str, tuple[list[str], tuple[str, ...]]] = {}
        self._filters: dict[str, Filters] = {}
        self._plans: dict[tuple[str, int], FormatPlan] = {}

    def read(self, text: str, number: int, found: Findings) -> Variant | None:
        """The variant of a line; None where its columns cannot be told apart or POS is no number."""
        cells = text.split("\t")
        if len(cells) != self._header.columns:
            found.error("line", self._columns_fault(text, cells))
            return None
        chrom = self._chromosome(cells[0], found)
        position = self._position(cells[1], cells[0], found)
        ids = () if cells[2] == "." else self._ids(cells[2], found)
        reference = cells[3].upper()
        fault = reference_fault(reference)
        if fault:
            found.error("REF", f"REF {fault}")
        alternates, upper_alternates = self._read_alternates(cells[4], reference, found)
        quality = None if cells[5] == "." else self._quality(cells[5], found)
        filters = self._read_filters(cells[6], found)
        info: Pairs = self._info.check(cells[7], max(position, 0), alternates, found)
        if position >= 0:
            self._order.check(cells[0], position, found)
            extent = self._extent(cells[4], info)
            self._order.check_variant(position, (reference, upper_alternates), extent, found)
        genotypes = self._genotypes(cells, len(alternates), found)
        if position < 0:
            return None
        return Variant(
            chrom,
            position,
            ids,
            reference,
            upper_alternates,
            quality,
            filters,
            genotypes,
            tuple(info),
            number,
        )

    def _columns_fault(self, text: str, cells: list[str]) -> str:
        if not text:
            return "there is an empty line"
        if text.startswith("#"):
            return "there is a line of the header among the data"
        if len(cells) == 1:
            return "the columns are not separated by tabs"
        if text.endswith("\t") and len(cells) == self._header.columns + 1:
            return "there is a tab at the end of the line"
        return f"there are {len(cells)} columns where the header names {self._header.columns}"

    def _chromosome(self, name: str, found: Findings) -> str:
        known = self._chroms.get(name)
        if known is None:
            fault = chrom_fault(name, self._edition)
            known = chromosome(name), f"the name of the contig {fault}" if fault else ""
            if len(self._chroms) < _MOST_REMEMBERED:
                self._chroms[name] = known
            if self._header.contigs and name not in self._header.contigs and not name.startswith("<"):
                found.warn("CHROM", "the contig is not described in the header")
        if known[1]:
            found.error("CHROM", known[1])
        return known[0]

    def _position(self, text: str, contig: str, found: Findings) -> int:
        """-1 where it is no number."""
        if not (text.isdecimal() and text.isascii()) or len(text) > _LONGEST_POSITION:
            found.error("POS", "the position is not a positive number")
            return -1
        position = int(text)
        length = self._header.contigs.get(contig)
        if length and position > length + 1:
            found.error("POS", "the position is behind the end of the contig")
        return position

    def _ids(self, text: str, found: Findings) -> tuple[str, ...]:
        ids, minor = tuple(text.split(";")), self._edition.minor
        if has_space(text):
            found.flaw("ID", "the identifier contains whitespace")
        if not all(ids):
            found.flaw("ID", "an identifier is empty (a semicolon at the start or end, or two in a row?)")
        elif "." in ids:
            found.flaw("ID", "the missing value stands beside identifiers", is_error=minor >= KEYS_SINCE)
            ids = tuple(one for one in ids if one != ".")
        if len(ids) > 1 and len(set(ids)) != len(ids):
            found.flaw("ID", "an identifier is stated twice", is_error=minor >= KEYS_SINCE)
        return ids

    def _read_alternates(
        self, text: str, reference: str, found: Findings
    ) -> tuple[list[str], tuple[str, ...]]:
        """Alleles as written and in upper case."""
        known = self._alternates.get(text)
        if known is None:
            before = len(found.items)
            known = self._split_alternates(text, found)
            if len(found.items) == before and len(self._alternates) < _MOST_REMEMBERED:
                self._alternates[text] = known
        if reference in known[1]:
            found.error("ALT", "ALT has the reference allele")
        return known

    def _split_alternates(self, text: str, found: Findings) -> tuple[list[str], tuple[str, ...]]:
        if text == ".":
            return [], ()
        alternates = text.split(",")
        for alternate in alternates:
            fault = alternate_fault(alternate, self._edition, self._header.alts)
            if fault:
                found.error("ALT", f"ALT {fault}")
                break
        uppers = tuple(map(upper, alternates))
        plain = [one for one in uppers if "<" not in one and "[" not in one and "]" not in one]
        if len(set(plain)) != len(plain):
            found.error("ALT", "ALT has an allele twice")
        return alternates, uppers

    def _quality(self, text: str, found: Findings) -> float | None:
        if not is_float(text, strict=self._edition.minor >= ENCODING_SINCE):
            found.flaw("QUAL", "the quality is not a number")
            return None
        quality = float(text)
        if quality < 0:
            found.flaw("QUAL", "the quality is a negative number")
        return quality if 0 <= quality < inf else None

    def _read_filters(self, text: str, found: Findings) -> Filters:
        if text in self._filters:
            return self._filters[text]
        before = len(found.items)
        filters = self._split_filters(text, found)
        undescribed = [
            name for name in filters or () if self._header.filters and name not in self._header.filters
        ]
        clean = len(found.items) == before
        if undescribed:
            found.warn("FILTER", "a filter is not described in the header")
        if clean and len(self._filters) < _MOST_REMEMBERED:
            self._filters[text] = filters
        return filters

    def _split_filters(self, text: str, found: Findings) -> Filters:
        if text == ".":
            return None
        if text == "PASS":
            return ()
        names = text.split(";")
        for name in names:
            fault = "has the missing value beside a code" if name == "." else filter_fault(name)
            if fault:
                found.flaw("FILTER", f"FILTER {fault}" if name == "." else f"a code of FILTER {fault}")
                break
        if len(set(names)) != len(names):
            found.flaw("FILTER", "a filter is stated twice", is_error=self._edition.minor >= KEYS_SINCE)
        if "PASS" in names:
            found.warn("FILTER", "PASS stands beside filters that were not passed")
        return tuple(name for name in names if name != "PASS")

    @staticmethod
    def _extent(alternate: str, info: Pairs) -> str:
        """What tells two symbolic alleles or breakends at one place apart."""
        if alternate.isalpha():
            return ""
        return ";".join(f"{key}={value}" for key, value in info if key in _EXTENT)

    def _genotypes(self, cells: list[str], alternates: int, found: Findings) -> tuple[Genotype, ...]:
        if len(cells) < COLUMNS_WITH_SAMPLES:
            return ()
        text = cells[len(FIXED_COLUMNS)]
        plan = self._plans.get((text, alternates))
        if plan is None:
            plan = FormatPlan(text, alternates, self._header)
            found.items += plan.remarks
            if len(self._plans) < _MOST_REMEMBERED:
                self._plans[text, alternates] = plan
        found.items += plan.errors
        genotypes = []
        seen = plan.seen
        for number, cell in enumerate(cells[COLUMNS_WITH_SAMPLES:], 1):
            sample = seen.get(cell) or plan.sample(cell)
            if sample.findings:
                self._add(number, sample.findings, found)
            genotypes.append(sample.genotype)
        return tuple(genotypes)

    @staticmethod
    def _add(number: int, findings: tuple[Finding, ...], found: Findings) -> None:
        for key, reason, weight in findings:
            place = f"sample {number}/{key}" if key else f"sample {number}"
            found.items.append((place, reason, weight))
