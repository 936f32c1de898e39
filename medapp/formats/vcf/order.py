"""Rules across lines: blocks of chromosomes, order of positions, the same variant twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.formats.vcf.edition import LOCAL_ALLELES_SINCE

if TYPE_CHECKING:
    from medapp.formats.vcf.edition import Edition
    from medapp.formats.vcf.problem import Findings

_MOST_REMEMBERED = 100_000
"""Variants at or after the current position; more than this at one place are not looked at."""


class Order:
    """What has been seen before the line in hand."""

    def __init__(self, edition: Edition) -> None:
        """At the start of the body.

        The test files of the specification refuse positions out of order up to 4.3 and accept them in 4.5,
        though the sentence on it is the same in all editions; so it is only remarked on from 4.5 on.
        """
        self._strict = edition.minor < LOCAL_ALLELES_SINCE
        self._chrom, self._position = "", -1
        self._done: set[str] = set()
        self._seen: dict[int, set[tuple[str, ...]]] = {}
        self._furthest = -1

    def check(self, chrom: str, position: int, found: Findings) -> None:
        """Where the line stands."""
        if chrom == self._chrom:
            if position < self._position:
                found.flaw("POS", "the positions are not sorted in increasing order", is_error=self._strict)
            elif position > self._position:
                self._forget(position)
        else:
            name = chrom[1:-1] if chrom.startswith("<") else chrom
            before = self._chrom[1:-1] if self._chrom.startswith("<") else self._chrom
            if name != before:
                if name in self._done:
                    found.flaw("CHROM", "the lines of the chromosome are not contiguous")
                self._done.add(before)
            self._chrom = chrom
            self._seen.clear()
            self._furthest = -1
        self._position = position

    def check_variant(
        self, position: int, alleles: tuple[str, tuple[str, ...]], extent: str, found: Findings
    ) -> None:
        """Whether an earlier line states the same variant.

        Args:
            position: POS.
            alleles: REF and those of ALT, in upper case.
            extent: What tells symbolic alleles at one place apart (END, SVLEN, IDs of mates).
            found: Takes the duplicate.
        """
        reference, alternates = alleles
        duplicated, whole = False, not alternates
        for alternate in alternates:
            if not alternate.isalpha():
                whole = True
            elif len(reference) == 1 == len(alternate):
                duplicated |= self._note(position, (reference, alternate))
            else:
                duplicated |= self._note(*_trimmed(position, reference, alternate))
        # Alleles that are no bases, such as <DEL> and *, may stand in many lines at one place.
        if whole and self._note(position, ("", reference, ",".join(alternates), extent)):
            duplicated = True
        if duplicated:
            found.error("ALT", "the variant is a duplicate of one in an earlier line")

    def _note(self, place: int, key: tuple[str, ...]) -> bool:
        """Remember a variant; whether it was known."""
        at_place = self._seen.get(place)
        if at_place is None:
            self._seen[place] = {key}
            self._furthest = max(place, self._furthest)
            return False
        if key in at_place:
            return True
        if len(at_place) < _MOST_REMEMBERED:
            at_place.add(key)
        return False

    def _forget(self, position: int) -> None:
        if position > self._furthest:
            self._seen.clear()
            return
        for place in [place for place in self._seen if place < position]:
            del self._seen[place]


def _trimmed(position: int, reference: str, alternate: str) -> tuple[int, tuple[str, str]]:
    """The allele without the bases that both share, so that two ways to write it are the same."""
    end = 0
    shortest = min(len(reference), len(alternate))
    while end < shortest - 1 and reference[-1 - end] == alternate[-1 - end]:
        end += 1
    start = 0
    while start < shortest - end - 1 and reference[start] == alternate[start]:
        start += 1
    return position + start, (
        reference[start : len(reference) - end],
        alternate[start : len(alternate) - end],
    )
