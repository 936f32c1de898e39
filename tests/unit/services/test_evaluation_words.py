"""What an evaluation counts is called what it is, in the window and in print."""

from __future__ import annotations

import numpy as np

from medapp.api.results import Predictions
from medapp.cli.learn_report import print_report
from medapp.engine.evaluation.report import report
from medapp.services.evaluating import cutoff_words
from medapp.services.evaluation_pdf import _head_of
from medapp.ui.evaluate.report import cutoff, summary

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


def measured():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 200)
    said = tuple((0.3 * labels + rng.uniform(0, 0.6, 200)).tolist())
    one = Predictions(
        "icu", "Death in hospital", "binary", tuple(map(str, range(200))), tuple(labels.tolist()), said,
        sets=tuple([True] * 200), groups={"sex": ("female", "male") * 100}, coverage=0.9,
    )  # fmt: skip
    return report([one], rounds=20)[0]


def test_the_cut_off_and_where_it_is_from_stand_in_all_reports(capsys):
    found = measured()
    told = cutoff_words(found)
    assert f"a cut-off at {found['threshold']:.4f}" in told
    assert "among these very cases" in told
    assert told in [getattr(one, "text", "") for one in _head_of(found)]
    assert cutoff(found) == told
    assert cutoff_words(QUESTION) == ""
    notices = [{"severity": "info", "message": "All 4000 answers are about cases of the training."}]
    print_report({"questions": [found], "notices": notices})
    out, err = capsys.readouterr()
    assert told in err
    assert "info: All 4000 answers" in err
    assert "coverage of sets (nominal 0.90)" in out
    assert "probability said" in out
    assert [line for line in out.splitlines() if "female" in line and "auroc" in line]


def test_a_report_of_before_is_still_read():
    old = {name: value for name, value in QUESTION.items() if name != "units"}
    assert summary(old).startswith("10557 cases of 2330 patients")
