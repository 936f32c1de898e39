"""What if: checked in the background, set against what holds now, and never kept."""

from __future__ import annotations

import pytest

from medapp.domain.patient import Patient
from medapp.services.patient_data import data_of
from medapp.ui.plan.supposing import SupposingModel
from tests.unit.planning import LATER, RECENT, put_patient


@pytest.fixture
def supposing(qtbot, session, model):
    made = SupposingModel(session, model)
    made.settled = lambda: qtbot.waitUntil(lambda: not made.busy, timeout=30000)
    return made


def test_leaving_a_medicine_out_ends_its_interactions(app, supposing, person):
    before = data_of(app.library, person)
    supposing.drop("Simvastatin 20 MG Oral Tablet")
    assert supposing.busy
    supposing.settled()
    assert [one.kind for one in supposing.difference.gone if one.outcome == "found"] == ["interaction"]
    assert data_of(app.library, person) == before


def test_a_medicine_besides_brings_its_interactions_and_unknown_ones_are_named(supposing):
    supposing.add_medicine("fluconazole 50 mg")
    supposing.add_medicine("flukonatsol")
    supposing.settled()
    assert any(one.severity == "critical" for one in supposing.difference.new)
    assert supposing.unknown == ("flukonatsol",)


def test_a_result_changes_what_depends_on_it(model, supposing):
    supposing.add_medicine("metformin")
    supposing.settled()
    assert not any(one.kind == "renal" and one.outcome == "found" for one in supposing.checks.checks)
    creatinine = next(one for one in model.desk.measured if one.title == "creatinine")
    supposing.add_result(creatinine, 4.2, "mg/dL", LATER)
    supposing.settled()
    found = [one for one in supposing.checks.checks if one.kind == "renal" and one.outcome == "found"]
    assert any("metformin" in one.drugs for one in found)
    assert any(given.entry.startswith("supposed:") for one in found for given in one.inputs)


@pytest.mark.parametrize(("value", "day"), [(1.0, "2999-01-01"), (1.0, "soon"), (float("inf"), "2026-01-01")])
def test_a_result_that_is_none_is_refused(model, supposing, value, day):
    with pytest.raises(ValueError, match=r"come yet|no date|no result"):
        supposing.add_result(model.desk.measured[0], value, "mg/dL", day)
    assert not supposing.wish


def test_everything_that_is_supposed_can_be_taken_back_one_by_one(model, supposing):
    supposing.drop("Warfarin 5 MG Oral Tablet")
    supposing.set_dose("Amlodipine 5 MG Oral Tablet", "10 mg")
    supposing.add_result(model.desk.measured[0], 2.0, "mg/dL", RECENT)
    supposing.settled()
    words = [text for text, _ in supposing.items]
    assert words[0] == "Without Warfarin 5 MG Oral Tablet"
    assert words[1] == "Amlodipine 5 MG Oral Tablet: 10 mg instead"
    assert words[2].endswith(f": 2 mg/dL, {RECENT}")
    supposing.items[1][1]()
    assert len(supposing.items) == 2
    supposing.set_dose("Warfarin 5 MG Oral Tablet", "2.5 mg")  # in another dose it is taken again
    assert supposing.wish.dropped == ()
    supposing.clear()
    assert supposing.items == ()
    assert supposing.checks is None


def test_it_ends_with_the_patient(qtbot, app, session, model, supposing):
    supposing.drop("Warfarin 5 MG Oral Tablet")
    session._set_patient(Patient("2", "Roe^Rita"), put_patient(app, name="other"), ())
    qtbot.waitUntil(lambda: model.checks is not None, timeout=30000)
    assert not supposing.wish
