"""What can be said in place of a finding is that which fits its kind, and is checked before it is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medapp.ui.findings.correction import CorrectionForm, Draft
from tests.unit.services.answers import EFFUSION, EHLERS, MARFAN, MASS, VOLUME, kept, proposal


@pytest.fixture
def item(app):
    return kept(app, proposal("a1", (EFFUSION, MASS, MARFAN, EHLERS, VOLUME)))["a1"]


def test_ways_by_kind(item):
    assert CorrectionForm.of(item, EFFUSION).ways == ("present", "absent", "text")
    assert CorrectionForm.of(item, VOLUME).ways == ("value", "text")
    marfan = CorrectionForm.of(item, MARFAN)
    assert marfan.ways == ("finding", "text")
    assert ("OMIM:130000", "Ehlers-Danlos syndrome") in marfan.others
    assert "OMIM:154700" not in dict(marfan.others)


def test_a_single_disease_can_be_corrected_in_words(app):
    item = kept(app, proposal("b1", (MARFAN,)))["b1"]
    assert CorrectionForm.of(item, MARFAN).ways == ("text",)


@pytest.mark.parametrize(
    ("finding", "draft", "said", "has_problem"),
    [
        (EFFUSION, Draft(), "", True),
        (EFFUSION, Draft("absent"), "absent", False),
        (EFFUSION, Draft("present"), "present", True),
        (MASS, Draft("present"), "present", False),
        (MASS, Draft("text", text="  Nodule,  8 mm "), "Nodule, 8 mm", False),
        (MASS, Draft("text", text="   "), "", True),
        (VOLUME, Draft("value", number="2.9", unit=" ml "), "2.9 ml", False),
        (VOLUME, Draft("value", number="2.9"), "2.9", False),
        (VOLUME, Draft("value", number="3.21", unit="ml"), "3.21 ml", True),
        (VOLUME, Draft("value", number="3.21", unit="cm3"), "3.21 cm3", False),
        (VOLUME, Draft("value", number="2,9", unit="ml"), "", True),
        (VOLUME, Draft("value", number="inf", unit="ml"), "", True),
        (VOLUME, Draft("value", number="1_0", unit="ml"), "", True),
        (VOLUME, Draft("value", number="", unit="ml"), "", True),
        (MARFAN, Draft("finding", key="OMIM:130000"), "OMIM:130000", False),
        (MARFAN, Draft("finding", key=""), "", True),
        (MARFAN, Draft("finding", key="OMIM:1"), "OMIM:1", True),
    ],
)
def test_what_is_kept_and_what_is_not(item, finding, draft, said, has_problem):
    form = CorrectionForm.of(item, finding)
    assert form.said(draft) == said
    assert bool(form.problem(draft)) == has_problem


def test_a_missing_unit_is_remarked(item):
    form = CorrectionForm.of(item, VOLUME)
    assert form.remark(Draft("value", number="2.9"))
    assert not form.remark(Draft("value", number="2.9", unit="ml"))
    assert form.start.unit == "ml"


def test_a_number_is_not_changed_by_being_kept(item):
    form = CorrectionForm.of(item, replace(VOLUME, value=None))
    assert form.said(Draft("value", number="0.30000000000000004", unit="ml")) == "0.30000000000000004 ml"
