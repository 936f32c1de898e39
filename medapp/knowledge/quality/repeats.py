"""Entries that say again what another one has said, or something else about the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.record import Observation, Other, Quantity, StudyReference
from medapp.domain.record.summary import WITHDRAWN, measured
from medapp.knowledge.quality.facts import moments

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from medapp.domain.record import Entry

_MANY: Final = 8
"""Rows without a patient's number that agree in so many values are the same row."""


class Repeats:
    """What was seen before, as hashes: memory is some bytes an entry."""

    def __init__(self) -> None:
        """Nothing was seen."""
        self._seen: set[int] = set()
        self._rows: set[int] = set()
        self._moments: dict[int, int] = {}

    def reason(self, entry: Entry, scope: str) -> str:
        """``same`` for a repeated entry, ``two-values`` for another number at the same minute, else empty."""
        content = entry.content
        if isinstance(content, Other | StudyReference) or getattr(content, "status", "") in WITHDRAWN:
            return ""
        if isinstance(content, Observation):
            return self._of_observation(entry, content, scope)
        # Orders of one medicine, each written down on another day, say no more of when it was taken.
        written = None if any(moments(entry)) else entry.recorded
        return "same" if self._is_seen((scope, entry.subject, content, written)) else ""

    def is_row_seen(self, row: Sequence[Entry]) -> bool:
        """Whether a row of a table with one row a patient was there before, number and all."""
        if all(entry.subject == entry.source.place.replace("line", "row") for entry in row):
            if len(row) < _MANY:
                return False
            whose = ""
        else:
            whose = row[0].subject
        key = hash((row[0].source.file, whose, tuple(entry.content for entry in row)))
        known = key in self._rows
        self._rows.add(key)
        return known

    def _of_observation(self, entry: Entry, content: Observation, scope: str) -> str:
        when = content.effective.start or content.effective.end
        if content.value is None and not content.components:
            return ""
        if when is None or not content.concept:
            return "same" if self._is_seen((scope, entry.subject, content)) else ""
        what = (
            scope, entry.subject, measured(content.concept), when.text, content.effective.end,
            content.specimen, content.method, content.body_site, content.comment, entry.encounter,
        )  # fmt: skip
        parts = tuple((measured(one.concept), one.value) for one in content.components)
        if self._is_seen((what, content.value, parts)):
            return "same"
        if not isinstance(content.value, Quantity) or not _is_timed(when.text):
            return ""
        value = hash((content.value.value, content.value.unit, content.value.comparator))
        return "two-values" if self._moments.setdefault(hash(what), value) != value else ""

    def _is_seen(self, key: Hashable) -> bool:
        found = hash(key)
        known = found in self._seen
        self._seen.add(found)
        return known


def _is_timed(text: str) -> bool:
    """Whether the minute is known: midnight stands for the day in most tables."""
    return "T" in text and not text[10:].startswith(("T00:00Z", "T00:00:00")) and text[10:] != "T00:00"
