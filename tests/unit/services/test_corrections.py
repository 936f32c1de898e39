"""What a correction says is understood by the kind of the finding, and a vague answer teaches nothing."""

from dataclasses import replace

import pytest

from medapp.library.findings import Decision
from medapp.services.corrections import amount, label_of, must_be_said, read_instead, stated
from tests.unit.services.answers import DEATH, EFFUSION, EHLERS, MARFAN, MASS, NOT_MADE, VOLUME


@pytest.mark.parametrize(
    ("finding", "said", "kind", "value", "unit"),
    [
        (EFFUSION, "absent", "answer", None, ""),
        (EFFUSION, "Nodule, 8 mm", "text", None, ""),
        (VOLUME, "2.9 ml", "value", 2.9, "ml"),
        (VOLUME, "-1.5e3 mm3", "value", -1500.0, "mm3"),
        (VOLUME, "3", "value", 3.0, ""),
        (VOLUME, "not measurable", "text", None, ""),
        (VOLUME, "1e999 ml", "text", None, ""),
        (MARFAN, EHLERS.key, "finding", None, ""),
        (MARFAN, MARFAN.key, "text", None, ""),
        (MARFAN, "present", "text", None, ""),
    ],
)
def test_a_correction_is_understood_by_the_kind_of_its_finding(finding, said, kind, value, unit):
    found = read_instead(finding, (MARFAN, EHLERS, EFFUSION, VOLUME), said)
    assert (found.kind, found.value, found.unit) == (kind, value, unit)


def test_an_amount_is_read_as_it_was_written():
    found = read_instead(VOLUME, (), amount(0.1 + 0.2, "cm3"))
    assert (found.value, found.unit) == (0.1 + 0.2, "cm3")


def test_what_a_finding_states():
    assert stated(EFFUSION) == "present"
    assert stated(MASS) is None
    assert stated(replace(MASS, answers=())) == "absent"
    assert stated(replace(MASS, answers=(), threshold=None)) is None
    assert stated(VOLUME) is None
    unlikely = replace(EFFUSION, probability=0.04, threshold=0.05)
    assert stated(unlikely) is None
    assert stated(replace(unlikely, answers=("absent",))) == "absent"
    assert stated(replace(unlikely, answers=())) == "absent"
    assert stated(replace(unlikely, answers=()), coverage=0.9) is None
    assert stated(replace(EFFUSION, auroc=(0.56, 0.47, 0.65))) is None
    assert stated(replace(EFFUSION, auroc=(0.8, 0.7, 0.9))) == "present"
    alone = replace(EFFUSION, threshold=None)
    assert stated(alone) == "present"
    assert stated(replace(alone, probability=0.27, low=0.2, high=0.3)) is None
    assert stated(replace(alone, probability=0.27, low=0.2, high=0.3, answers=("absent",))) == "absent"
    assert stated(DEATH) is None
    assert [must_be_said(one) for one in (EFFUSION, MASS, DEATH, VOLUME)] == [False, True, False, False]


def test_labels_of_decisions():
    def label(finding, verdict, instead=""):
        return label_of(finding, (MARFAN, EHLERS), Decision("r", finding.key, verdict, instead))

    assert label(EFFUSION, "accepted").text == "present"
    assert label(MASS, "accepted") is None
    assert label(MASS, "corrected", "absent").text == "absent"
    assert label(EFFUSION, "rejected") is None
    assert label(VOLUME, "accepted").value == 3.21
    assert label(NOT_MADE, "accepted") is None
    assert label(MARFAN, "accepted").text == MARFAN.key
    assert label(MARFAN, "corrected", EHLERS.key).kind == "finding"
