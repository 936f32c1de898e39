"""Small resources, and a reader of what is written here."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medapp.domain.record import Entry, Item, Person, Refusal
from medapp.formats.fhir import read

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"use": "official", "family": "Roe", "given": ["Ada", "B."]}],
    "birthDate": "1960-02",
    "gender": "female",
}


class Read:
    """What came out of a file."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.persons = [one for one in items if isinstance(one, Person)]
        self.entries = [one for one in items if isinstance(one, Entry)]
        self.refusals = [one for one in items if isinstance(one, Refusal)]

    @property
    def content(self) -> Any:
        """Of the only entry."""
        assert not self.refusals, self.refusals
        (entry,) = self.entries
        return entry.content

    @property
    def codes(self) -> list[str]:
        return [one.code for one in self.refusals]


@pytest.fixture
def read_bytes(tmp_path: Path) -> Callable[..., Read]:
    def read_these(data: bytes, *, packed: bool = False) -> Read:
        path = tmp_path / "name-says-nothing"
        path.write_bytes(gzip.compress(data) if packed else data)
        return Read(list(read(path, "file")))

    return read_these


@pytest.fixture
def read_json(read_bytes: Callable[..., Read]) -> Callable[..., Read]:
    """Read resources: one alone, several as a Bundle."""

    def read_these(*resources: dict[str, Any], **more: Any) -> Read:
        if len(resources) == 1 and not more:
            return read_bytes(json.dumps(resources[0]).encode())
        entries = [one if "resource" in one else {"resource": one} for one in resources]
        return read_bytes(
            json.dumps({"resourceType": "Bundle", "type": "collection", **more, "entry": entries}).encode()
        )

    return read_these
