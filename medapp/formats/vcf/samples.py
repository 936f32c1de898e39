"""Rules for FORMAT and the columns of samples, and the genotypes they state (section 1.6.2 of 4.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.formats.vcf.definition import Definition, count_fits
from medapp.formats.vcf.edition import (
    ENCODING_SINCE,
    KEYS_SINCE,
    LEADING_PHASE_SINCE,
    LOCAL_ALLELES_SINCE,
)
from medapp.formats.vcf.genotypes import Called, genotype_fault, genotype_of, parse_genotype
from medapp.formats.vcf.names import format_key_fault, has_space
from medapp.formats.vcf.problem import REMARK, Finding, Findings
from medapp.formats.vcf.reserved import modification

if TYPE_CHECKING:
    from medapp.domain.genome import Genotype
    from medapp.formats.vcf.header import Header

_MOST_REMEMBERED = 4096
_LOCAL = re.compile(r"LAA|LADF?|LADR|LEC|LGL|LGP|LPL|LPP")
_NO_GENOTYPE = Called((), (), stated=False)


@dataclass(frozen=True, slots=True)
class Sample:
    """One column of one line."""

    genotype: Genotype
    findings: tuple[Finding, ...]


class FormatPlan:
    """What one FORMAT asks of the samples beside so many alleles; columns seen before are not read again."""

    def __init__(self, text: str, alternates: int, header: Header) -> None:
        """Check the keys; `errors` holds for every line, `remarks` are made once."""
        found = Findings()
        self._minor = header.edition.minor
        self._alternates = alternates
        self.keys = [] if text == "." else text.split(":")
        self._definitions = [self._definition(key, header, found) for key in self.keys]
        self._check_keys(found)
        self.errors = [one for one in found.items if one[2] != REMARK]
        self.remarks = [one for one in found.items if one[2] == REMARK]
        self.seen: dict[str, Sample] = {}

    def sample(self, text: str) -> Sample:
        """One column that is not in `seen`."""
        sample = self._read(text)
        if len(self.seen) < _MOST_REMEMBERED:
            self.seen[text] = sample
        return sample

    def _definition(self, key: str, header: Header, found: Findings) -> Definition | None:
        fault = format_key_fault(key, header.edition)
        if fault:
            found.error("FORMAT", f"a key {fault}")
            return None
        stated = header.formats.get(key)
        if stated is not None:
            return stated
        if header.formats:
            found.warn("FORMAT", f"{key} is not described in the header")
        reserved = header.edition.formats.get(key)
        if reserved is None and self._minor >= LOCAL_ALLELES_SINCE:
            reserved = modification(key)
        return reserved

    def _check_keys(self, found: Findings) -> None:
        keys = self.keys
        if "GT" in keys[1:]:
            found.error("FORMAT", "GT is not the first key")
        if len(set(keys)) != len(keys):
            found.flaw("FORMAT", "a key is stated twice", is_error=self._minor >= KEYS_SINCE)
        if self._minor >= LOCAL_ALLELES_SINCE and any(_LOCAL.fullmatch(key) for key in keys):
            before = keys.index("LAA") if "LAA" in keys else -1
            if before < 0 or any(key != "GT" for key in keys[:before]):
                found.error("FORMAT", "LAA does not precede the keys of local alleles")

    def _read(self, text: str) -> Sample:
        found = Findings()
        values = text.split(":")
        if len(values) > len(self.keys) and text != ".":
            found.error("", "there are more values than keys in FORMAT")
        if self._minor < KEYS_SINCE and has_space(text):
            found.flaw("", "there is whitespace")
        if self._minor < LOCAL_ALLELES_SINCE and not all(values):
            found.flaw("", "a value is empty")
        stated = dict(zip(self.keys, values, strict=False))
        called = self._called(stated, found)
        local = self._local_alleles(stated, found)
        for key, definition in zip(self.keys, self._definitions, strict=True):
            value = stated.get(key, ".")
            if definition is not None and key != "GT" and value != ".":
                self._check_value(key, value, definition, (called, local), found)
        self._check_phase_sets(stated, called, found)
        return Sample(genotype_of(called, stated), tuple(found.items))

    def _called(self, stated: dict[str, str], found: Findings) -> Called:
        if "GT" not in self.keys:
            return _NO_GENOTYPE
        text = stated.get("GT", "")
        fault = genotype_fault(text, self._alternates, leading=self._minor >= LEADING_PHASE_SINCE)
        if fault:
            found.error("GT", fault)
            return _NO_GENOTYPE
        called = parse_genotype(text)
        if self._alternates or not any(called.alleles):
            return called
        # ALT is missing: an allele other than the reference that nobody has named is not known.
        found.warn("GT", "GT names an allele where ALT is missing")
        return Called(tuple(None if one else one for one in called.alleles), called.phases)

    def _local_alleles(self, stated: dict[str, str], found: Findings) -> int:
        """How many local alleles there are: none where LAA is missing or empty."""
        text = stated.get("LAA", ".")
        if self._minor < LOCAL_ALLELES_SINCE or text in {"", "."}:
            return 0
        indices = text.split(",")
        if len(set(indices)) != len(indices):
            found.flaw("LAA", "LAA names an allele twice")
        if any(one.isdecimal() and int(one[:9]) > self._alternates for one in indices):
            found.flaw("LAA", "LAA names an allele that is not in ALT")
        return len(indices)

    def _check_value(
        self, key: str, value: str, definition: Definition, counts: tuple[Called, int], found: Findings
    ) -> None:
        called, local = counts
        values = value.split(",") if value else []
        if not values and self._minor < LOCAL_ALLELES_SINCE:
            return
        alternates, number = self._alternates, definition.number
        if number.startswith("L"):
            # With no local allele only the reference is in play; count_fits would also let one pass.
            alternates = local
            if local == 0 and number == "LA" and values:
                found.flaw(key, f"{key} has values without local alleles in LAA")
                return
        if definition.counted and values and not count_fits(number, len(values), alternates, called.ploidies):
            found.flaw(key, f"{key} does not have as many values as its Number ({number}) asks for")
        if key == "FT" and has_space(value):
            found.flaw(key, "FT contains whitespace")
        for one in values:
            fault = definition.fault(one, bits32=self._minor >= ENCODING_SINCE)
            if fault:
                found.flaw(key, f"{key} {fault}")
                return

    def _check_phase_sets(self, stated: dict[str, str], called: Called, found: Findings) -> None:
        """PSL (4.4 and later) names a set for each phased allele and only for those, and not beside PS."""
        listed = stated.get("PSL", ".")
        if self._minor < LEADING_PHASE_SINCE or not listed.strip(".,"):
            return
        if stated.get("PS", ".") != ".":
            found.flaw("PSL", "there are values in both PS and PSL")
        if any(
            one != "." and not phased for one, phased in zip(listed.split(","), called.phases, strict=False)
        ):
            found.flaw("PSL", "PSL names a phase set for an allele that is not phased")
