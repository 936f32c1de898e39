"""The file and the text of an entry of the library."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from medapp.library import Library
from medapp.library.keys import RECORD_ONLY
from medapp.services.records import import_records
from medapp.services.sources import source_text

if TYPE_CHECKING:
    from pathlib import Path

RESOURCES = [
    {"resourceType": "Patient", "id": "p1", "name": [{"family": "Doe"}]},
    {"resourceType": "AllergyIntolerance", "id": "a1", "code": {"text": "Penicillin"},
     "patient": {"reference": "Patient/p1"}},
]  # fmt: skip


def test_a_text_is_read_from_the_file_or_it_is_said_why_not(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    entries = [{"resource": one} for one in RESOURCES]
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    with Library.open(tmp_path / "library") as library:
        import_records(library, library.import_paths([path]).records)
        (person,) = library.records.persons()
        (entry,) = library.records.entries(person.key)
        key = RECORD_ONLY + person.key
        found = source_text(library, key, entry)
        assert (found.path, found.problem) == (str(path), "")
        assert json.loads(found.text) == RESOURCES[1]
        assert source_text(library, RECORD_ONLY + "nobody", entry).problem.startswith(
            "the library does not know"
        )
        path.write_text(json.dumps(RESOURCES[0]))
        assert source_text(library, key, entry).problem.startswith("the file does not hold it any more")
        path.unlink()
        found = source_text(library, key, entry)
        assert (found.path, found.text) == (str(path), "")
        assert "no such file" in found.problem
