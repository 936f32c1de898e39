"""Under each heading the most probable comes first, or findings go by name; headings and ranks stay."""

from dataclasses import replace

from medapp.services.findings_order import ordered
from tests.unit.services.answers import EFFUSION, EHLERS, MARFAN, MASS, many


def titles(findings, order):
    return [one.title for one in ordered(findings, order)]


def test_by_probability_within_a_heading():
    rare, common = replace(MASS, key="a", probability=0.1), replace(MASS, key="b", probability=0.9)
    other = replace(EFFUSION, key="c", group="Other", probability=0.99)
    found = ordered((rare, other, EFFUSION, common), "probability")
    assert [one.key for one in found] == ["b", "Effusion", "a", "c"]


def test_by_name():
    assert titles((EFFUSION, MASS, replace(MASS, title="atelectasis")), "name") == [
        "atelectasis", "Mass", "Pleural effusion",
    ]  # fmt: skip
    assert titles(reversed(many(12, groups=1)), "name")[8:] == [f"Feature {n}" for n in (8, 9, 10, 11)]


def test_ranks_and_measurements_keep_their_order():
    upside_down = (EHLERS, MARFAN)
    assert ordered(upside_down, "probability") == upside_down
    assert ordered(many(30), "probability") == tuple(
        sorted(many(30), key=lambda one: int(one.group.split()[-1]))
    )
