"""Entries as they are made in a line."""

from __future__ import annotations

import pytest

from medapp.domain.record import Entry, Source


@pytest.fixture
def entry():
    made = []

    def make(content, recorded=None, file="a.json") -> Entry:
        made.append(content)
        name = f"{type(content).__name__}/{len(made)}"
        return Entry(name, "p", Source(file, "fhir", name), content, recorded=recorded)

    return make
