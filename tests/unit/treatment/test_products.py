"""What is never taken alone is proposed as the product that it is in."""

from __future__ import annotations

from medapp.domain.recommendation import Citation
from medapp_treatment.medicines import product_of
from medapp_treatment.next_visit.answering import Ranked
from medapp_treatment.next_visit.proposing import _Asked, _changes, _of_one

MODEL = Citation("model", "made up", strength="none")


def asked(*current):
    return _Asked("frequent", MODEL, frozenset(current), None, {})


def test_a_helper_stands_for_its_product():
    assert product_of("clavulanate") == ("amoxicillin", "clavulanate")
    assert product_of("amoxicillin") == ("amoxicillin",)


def test_an_option_starts_the_product():
    option = _of_one(Ranked("clavulanate", 0.5, 0.4, 0.6, 0), asked("amoxicillin"), proposed=True)
    (change,) = option.changes
    assert option.title == "Start amoxicillin / clavulanate"
    assert (change.action, change.drug.ingredients) == ("start", ("amoxicillin", "clavulanate"))


def test_a_set_has_one_line_for_a_product():
    found = _changes(["amoxicillin", "clavulanate", "insulin"], asked("amoxicillin", "clavulanate"))
    assert [(one.action, one.drug.name) for one in found] == [
        ("continue", "amoxicillin / clavulanate"),
        ("start", "insulin"),
    ]
