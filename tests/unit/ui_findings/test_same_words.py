"""What is said with a finding: one rule and one wording for the window, the commands and the files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medapp.api.finding_checks import finding_fault
from medapp.api.requests import ClassifyRequest
from medapp.api.results import ClassifyResult
from medapp.services.finding_words import (
    cautions,
    figure,
    gain_words,
    held_back,
    held_back_sentence,
    marks,
    set_sentence,
    set_words,
)
from medapp.services.findings_codes import words
from medapp.services.findings_file import findings_json
from medapp.services.findings_table import COLUMNS, finding_row
from medapp.ui.findings import words as window
from medapp.ui.findings.answer_tables import measurements_table
from tests.unit.services.answers import DEATH, EFFUSION, MASS, VOLUME, kept, proposal

CHANCE = replace(EFFUSION, key="Pneumonia", probability=0.035, low=0.02, high=0.06, threshold=None,
                 auroc=(0.557, 0.468, 0.654))  # fmt: skip
ODD = replace(EFFUSION, key="Mass", title="Mass", probability=0.12, low=0.07, high=0.16, threshold=None,
              auroc=(0.7, 0.62, 0.78))  # fmt: skip
STROKE = replace(DEATH, key="stroke", title="Stroke within 5 years", answers=("absent",),
                 c_index=(0.793, 0.771, 0.814),
                 gain=(0.0117, -0.003, 0.025), baseline="age and sex")  # fmt: skip
GAINS = replace(STROKE, gain=(0.141, 0.119, 0.164))


def test_what_is_no_better_than_chance_leaves_no_set_anywhere(app):
    made = proposal("a1", (CHANCE, EFFUSION))
    pneumonia, effusion = findings_json(made)["findings"]
    assert (pneumonia["answers"], pneumonia["notice"]) == ([], ["no better than chance in tests"])
    assert "nothing can be excluded by it" in pneumonia["set_said"]
    assert effusion["answers"] == ["present"]
    item = kept(app, made)["a1"]
    row = dict(zip(COLUMNS, finding_row(item, CHANCE), strict=True))
    assert (row["answers"], row["notice"]) == ("", "no better than chance in tests")
    assert item.result.findings[0].answers == ("present",), "what the model said is kept"


def test_a_ranked_finding_at_chance_is_in_no_set(app):
    ranked = replace(CHANCE, kind="disease", answers=(), in_set=True)
    made = proposal("a1", (ranked,))
    assert findings_json(made)["findings"][0]["in_set"] is None
    row = dict(zip(COLUMNS, finding_row(kept(app, made)["a1"], ranked), strict=True))
    assert row["in_set"] is None


def test_a_set_against_the_probability_is_said_beside_it():
    assert set_words(ODD) == "present"
    assert marks(ODD, 0.9) == ("uncertain: set against probability",)
    (told,) = cautions((ODD, EFFUSION, MASS), 0.9)
    assert told == (
        "Mass: Absent can be excluded (sets hold the truth in 90 %). That does not go with its probability: "
        "say which of them holds."
    )


def test_what_is_not_shown_better_than_its_baseline_says_so(app):
    assert STROKE.is_no_gain
    assert not GAINS.is_no_gain
    said = "Not shown better than age and sex alone (+0.012, -0.003 to +0.025)."
    assert gain_words(STROKE) == said
    assert gain_words(GAINS) == "Better than age and sex alone by +0.141 (+0.119 to +0.164)."
    assert held_back(STROKE) == "C-index 0.79 (0.77 to 0.81)"
    assert held_back_sentence(STROKE) == f"On held-back cases: C-index 0.79 (0.77 to 0.81). {said}"
    assert cautions((STROKE, GAINS), 0.9) == (f"Stroke within 5 years: {said}",)
    assert "not shown better than age and sex alone (+0.012" in words(STROKE)
    item = kept(app, proposal("a1", (STROKE, GAINS), used=("record",)))["a1"]
    stroke, gains = item.result.findings
    assert (stroke.c_index, stroke.gain, stroke.baseline) == (STROKE.c_index, STROKE.gain, "age and sex")
    assert window.accept_title(item, stroke) == "Accept: a risk of 23 %, not shown better than age and sex"
    assert window.accept_title(item, gains) == "Accept: a risk of 23 %"
    assert window.short_mark(item, stroke) == "unproven"
    assert "not shown better than age and sex" in window.marks_of(item, stroke)


@pytest.mark.parametrize("finding", [CHANCE, ODD, EFFUSION, MASS, STROKE, GAINS])
def test_the_window_says_the_same(app, finding):
    item = kept(app, proposal("a1", (finding,)))["a1"]
    assert window.marks_of(item, finding) == marks(finding, 0.9)
    assert window.set_words(finding) == set_words(finding)
    assert window.set_of(finding, 0.9) == set_sentence(finding, 0.9)
    assert window.tests_of(finding) == held_back_sentence(finding)


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (10.4123, 6.02, 14.83, "10.4"),
        (0.79741, 0.4411, 1.1632, "0.8"),
        (4.0741, -81.3, 88.2, "4"),
        (1431.7, 1330.2, 1531.9, "1432"),
        (3.2112, 3.2, 3.2204, "3.211"),
        (3.2112, None, None, "3.211"),
    ],
)
def test_a_number_has_no_more_figures_than_its_interval_has_room_for(app, value, low, high, said):
    one = replace(VOLUME, value=value, low=low, high=high, bounds="border moved by 0.5 mm")
    assert figure(one, value) == said
    assert window.value_of(one) == f"{said} ml"
    if low is not None:
        assert window.interval_of(one).startswith("border moved by 0.5 mm ")
        assert "border moved by 0.5 mm" in words(one)
        columns = measurements_table(kept(app, proposal("a1", (one,)))["a1"], (one,)).columns
        assert "border moved by 0.5 mm" in [each.title for each in columns]


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ({"c_index": (0.7,)}, "its c_index is (0.7,), not three numbers"),
        ({"gain": (0.1, 0.0)}, "its gain is (0.1, 0.0), not three numbers"),
        ({"baseline": ""}, "states a gain and not over what"),
        ({}, ""),
    ],
)
def test_figures_of_tests_are_checked(parts, fault):
    result = ClassifyResult((replace(STROKE, **parts),), (), coverage=0.9)
    request = ClassifyRequest("record.risk")
    assert fault in finding_fault(result, request)
    assert bool(fault) == bool(finding_fault(result, request))
