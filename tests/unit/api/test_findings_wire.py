"""Findings cross to a folder and back without loss, and what cannot be is refused."""

from dataclasses import replace

import numpy as np
import pytest

from medapp.api.finding_checks import finding_fault
from medapp.api.requests import ClassifyRequest
from medapp.api.results import ClassifyResult, SegmentResult
from medapp.api.wire_findings import read_findings, read_segments, write_findings, write_segments
from medapp.domain.finding import (
    Chart,
    Counterfactual,
    Familiarity,
    Finding,
    HeatMap,
    ItemEvidence,
    SimilarCase,
    Trace,
)
from medapp.domain.geometry import Geometry
from medapp.domain.notice import Notice
from medapp.domain.record import Record, When
from medapp.domain.segmentation import Code, Label
from medapp.domain.volume import Volume

VOLUME = Volume(np.zeros((1, 3, 4), np.int16), Geometry.from_parts((1, 3, 4), (0, 0, 0), (1, 1, 2)), "DX")
REQUEST = ClassifyRequest("x", VOLUME, "DX", record=Record())
FINDING = Finding(
    "Effusion",
    "Pleural effusion",
    code=Code("60046008", "SCT", "Pleural effusion"),
    probability=0.4,
    low=0.2,
    high=0.5,
    answers=("present", "absent"),
    threshold=0.3,
    items=(ItemEvidence("Age", "61 a", 0.2, entries=("a",), when=When("2020-01")),),
    cases=(SimilarCase("case 3", 0.1, "effusion"),),
    changes=(Counterfactual("creatinine", "2 mg/dL", "1 mg/dL", 0.1),),
    heat_map="h",
)
RESULT = ClassifyResult(
    (FINDING,),
    ("images", "record"),
    ("genome",),
    familiarity=Familiarity(1.0, 2.0, "distance"),
    coverage=0.9,
    heat_maps=(HeatMap("h", "Effusion", np.full((1, 3, 4), 0.5, np.float32), "Grad-CAM"),),
    charts=(Chart("c", "Risk", "years (a)", "probability", (Trace("this", (0.0,), (1.0,), "here"),)),),
    explained={"images": "Grad-CAM"},
    notices=(Notice("demo", "A demonstration.", "warning"),),
)


def test_a_result_comes_back_as_it_was(tmp_path):
    write_findings(RESULT, tmp_path)
    found = read_findings(tmp_path)
    assert np.array_equal(found.heat_maps[0].array, RESULT.heat_maps[0].array)
    assert replace(found, heat_maps=(), notices=()) == replace(RESULT, heat_maps=(), notices=())
    assert [one.code for one in found.notices] == ["demo"]


def test_a_good_result_passes():
    assert finding_fault(RESULT, REQUEST) == ""


def changed(**values):
    return replace(RESULT, findings=(replace(FINDING, **values),))


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (changed(probability=float("nan")), "its probability is nan"),
        (changed(probability=1.2), "not from 0 to 1"),
        (changed(low=0.45), "does not lie within its interval"),
        (changed(percentile=40.0), "of which population"),
        (changed(percentile=140.0, reference="r"), "its percentile is 140"),
        (changed(value=float("inf")), "its value is inf"),
        (changed(heat_map="g"), "that is not there"),
        (changed(auroc=(0.7, 0.8)), "its auroc is"),
        (changed(auroc=(0.7, 0.9, 0.6)), "its auroc is"),
        (changed(auroc=(0.7, 0.6, float("nan"))), "its auroc is"),
        (changed(as_of="31.5.2024"), "its as_of is"),
        (changed(key=""), "empty or stand twice"),
        (changed(items=(ItemEvidence("x", effect=float("nan")),)), "the effect of 'x' is nan"),
        (changed(changes=(Counterfactual("x", "1", "2", 2.0),)), "a change is said"),
        (replace(RESULT, findings=(FINDING, FINDING)), "stand twice"),
        (replace(RESULT, abstained="no"), "abstains and gives findings"),
        (replace(RESULT, findings=(), heat_maps=(), notices=()), "says nothing"),
        (replace(RESULT, used=("genome",)), "which it was not given"),
        (replace(RESULT, coverage=1.0), "coverage"),
        (replace(RESULT, heat_maps=(HeatMap("h", "x", np.full((1, 3, 4), 2, np.float32), "x"),)), "outside"),
        (replace(RESULT, charts=(Chart("c", "x", "", "", (Trace("t", (1.0,), ()),)),)), "different lengths"),
    ],
)
def test_what_cannot_be_is_refused(result, words):
    assert words in finding_fault(result, REQUEST)


def test_labels_that_are_an_input_come_back_with_what_overlaps(tmp_path):
    array = np.arange(12, dtype=np.uint8).reshape(1, 3, 4)
    labels = (Label(1, "Lung", Code("39607008", "SCT", "Lung"), "#ff0000"),)
    assert read_segments(tmp_path) is None
    write_segments(SegmentResult(array, labels, overlaps={7: (1, 2)}), tmp_path)
    found = read_segments(tmp_path)
    assert np.array_equal(found.array, array)
    assert found.labels == labels
    assert found.overlaps == {7: (1, 2)}
