"""What an evaluation counts is called what it is, in the window and in print."""

from __future__ import annotations

from medapp.services.evaluation_pdf import _head_of
from medapp.ui.evaluate.report import summary

QUESTION = {
    "key": "death",
    "title": "Death",
    "kind": "survival",
    "rows": 10557,
    "patients": 2330,
    "units": ["people", "matched groups"],
    "events": 843,
    "figures": {},
    "coverage": None,
    "calibration": [],
    "decision": [],
    "subgroups": [],
}


def test_people_of_matched_groups_are_not_cases_of_patients():
    told = "10557 people of 2330 matched groups, 843 with the outcome"
    assert summary(QUESTION) == told
    _, counted, *_ = _head_of(QUESTION)
    assert counted.text == f"{told}."


def test_a_report_of_before_is_still_read():
    old = {name: value for name, value in QUESTION.items() if name != "units"}
    assert summary(old).startswith("10557 cases of 2330 patients")
