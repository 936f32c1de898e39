"""Another process that writes is seen, and one that only reads is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record import HumanName, Person, Source
from medapp.library import Library

if TYPE_CHECKING:
    from pathlib import Path


def test_the_number_changes_with_what_others_write(tmp_path: Path) -> None:
    with Library.open(tmp_path) as mine, Library.open(tmp_path) as other:
        before = mine.changes.version()
        other.records.persons()
        assert mine.changes.version() == before
        other.records.put("a.json", "fhir", [Person("p", Source("a.json", "fhir"), (), (HumanName("Doe"),))])
        assert mine.changes.version() != before
    assert mine.changes.version() == 0, "a closed library has none"
