"""How long a question takes is told before it is asked, and shares of a job go by what its parts take."""

from __future__ import annotations

import numpy as np
import pytest

from medapp.api import SegmentResult
from medapp.domain.segmentation import Code, Label
from medapp.plugins import find_task
from medapp.services.classifying import Target, questions_for
from medapp_classification.ct_radiomics.measure import features_of
from medapp_classification.ct_radiomics.settings import settings_of
from medapp_classification.ct_radiomics.task import _parts
from tests.unit.classification.record_small import record
from tests.unit.classification.test_radiomics_task import case


@pytest.mark.parametrize("task", ["record.risk", "patient.together", "record.phenotype", "rare.disease"])
def test_a_question_of_a_record_says_how_long_it_takes(task):
    choice = next(one for one in questions_for(Target(record=record())) if one.task.id == task)
    assert 1 < choice.estimate.seconds < 30


def test_a_chest_x_ray_says_how_long_it_takes():
    assert find_task("cxr.findings")[1].fixed_seconds > 1


def test_the_share_of_a_label_goes_by_its_voxels():
    array = np.zeros((10, 10, 10), np.uint8)
    array[:1], array[1:10] = 1, 2
    labels = tuple(Label(value, str(value), Code("", "", ""), "#ffffff") for value in (1, 2, 3))
    parts = _parts(SegmentResult(array, labels), list(labels))
    assert parts[0] == 0
    assert parts[-1] == pytest.approx(1)
    small, large, none = np.diff(parts)
    assert 0 < none < small < large
    assert large / small == pytest.approx(900 / 100, rel=0.2)


def test_the_share_of_a_family_goes_by_what_it_takes():
    told = []
    asked = case()
    features_of(
        asked.volume,
        np.asarray(asked.segmentation.array) == 1,
        settings_of({}, "CT", "HU"),
        lambda fraction, doing: told.append((doing, fraction)),
    )
    first = dict(reversed(told))
    assert first["Local intensity"] > 0.4  # shape takes half of the time
    assert list(dict(told).values()) == sorted(dict(told).values())
