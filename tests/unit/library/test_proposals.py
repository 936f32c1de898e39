"""Proposals of treatment in the library."""

from __future__ import annotations

import pytest

from medapp.library import Library
from medapp.library.proposals import ProposalEntry


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library") as found:
        yield found


def entry(tmp_path, identity, created, patient="patient"):
    return ProposalEntry(identity, patient, "treatment.next", "Next", "0.1.0", created, tmp_path / identity)


def test_proposals_come_back_latest_first_and_for_their_patient_alone(library, tmp_path):
    first = entry(tmp_path, "a", "2026-01-01T00:00:00+00:00")
    second = entry(tmp_path, "b", "2026-02-01T00:00:00+00:00")
    for one in (first, second, entry(tmp_path, "c", "2026-03-01T00:00:00+00:00", "other")):
        library.proposals.add(one)
    assert library.proposals.of(["patient"]) == (second, first)
    assert library.proposals.of(["nobody"]) == ()
    library.proposals.forget("b")
    assert library.proposals.of(["patient"]) == (first,)


def test_the_same_id_is_replaced(library, tmp_path):
    library.proposals.add(entry(tmp_path, "a", "2026-01-01T00:00:00+00:00"))
    again = entry(tmp_path, "a", "2026-01-02T00:00:00+00:00")
    library.proposals.add(again)
    assert library.proposals.of(["patient"]) == (again,)
