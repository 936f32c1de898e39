"""How near a case is, by how near those of the training are to each other."""

from __future__ import annotations

import numpy as np
import pytest

from medapp_classification.nearness import nearest_pairs, said_of
from medapp_classification.record_risk.meaning import meaning


def test_nearest_pairs_are_those_of_a_plain_search():
    random = np.random.default_rng(0)
    places = random.normal(size=(1100, 5))
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    np.testing.assert_allclose(nearest_pairs(places), np.sort(apart.min(axis=1)), atol=1e-9)


@pytest.mark.parametrize(
    ("distance", "words"),
    [(0.0, "100 %"), (0.5, "100 %"), (500.0, "50 %"), (1000.0, "0 %"), (999.5, "< 1 %"), (1.5, "> 99 %")],
)
def test_a_distance_is_said_by_its_share(distance, words):
    assert said_of(distance, np.arange(1.0, 1001.0)) == f"nearer than {words} of nearest pairs"


def test_what_uncertain_means_is_said_with_the_answer():
    plain = meaning(("absent",), 0.05, (0.01, 0.03))
    assert "Counts as expected from 5.0 %" in plain
    assert "leaves one: not expected." in plain
    assert "Uncertain" not in plain
    torn = meaning(("present",), 0.3, (0.2, 0.4))
    assert "leaves one: expected." in torn
    assert "Uncertain, for the interval, 20.0 to 40.0 %, lies on both sides" in torn
    assert torn.endswith("whatever the set says.")
    assert "leaves both: it cannot tell." in meaning(("present", "absent"), 0.3, (0.1, 0.2))
    assert "leaves none" in meaning((), 0.3, (0.1, 0.2))
