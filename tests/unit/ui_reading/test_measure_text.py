"""What stands beside measurements and the scale bar."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from medapp.domain.geometry import Geometry
from medapp.domain.notice import Notice
from medapp.ui.reading.measure import Measurement
from medapp.ui.reading.measure_text import length_trust, measurement_text
from medapp.ui.reading.viewport_model import ViewportModel
from tests.ui.reading.phantoms import Loaded, make_series, make_volume

NOTICES = {"detector": "detector-spacing", "uncertain": "spacing-uncertain"}


def plate(trust: str = "patient", geometry: Geometry | None = None) -> ViewportModel:
    """A projection of 40 by 50 pixels."""
    plain = Geometry.from_parts((1, 40, 50), (0, 0, 0), (0.5, 0.5, 1.0))
    geometry = geometry or dataclasses.replace(plain, oriented=False, stackable=False)
    volume = make_volume(np.zeros((1, 40, 50), np.int16), geometry=geometry, modality="CR", unit=None)
    notices = (Notice(NOTICES[trust], "A sentence."),) if trust in NOTICES else ()
    model = ViewportModel()
    model.show(make_series("cr", "CR", kind="stack", notices=notices), Loaded(volume))
    return model


def text(model: ViewportModel, kind: str, *points: tuple[float, float]) -> str:
    return measurement_text(model, Measurement(kind, "cr", "acquisition", 0, points))


@pytest.mark.parametrize(
    ("trust", "remark"),
    [("patient", ""), ("detector", " (at the detector)"), ("uncertain", " (spacing uncertain)")],
)
def test_lengths_and_areas_say_where_they_hold(trust, remark):
    model = plate(trust)
    assert length_trust(model) == trust
    assert text(model, "distance", (0, 0), (6, 8)) == f"5.0 mm{remark}"
    assert text(model, "roi", (0, 0), (8, 8)).endswith(f"mm²{remark}")
    assert text(model, "angle", (5, 0), (0, 0), (0, 5)) == "90.0°"


def test_lengths_in_pixels_keep_their_own_remark():
    model = plate(geometry=Geometry.unknown((1, 40, 50)))
    assert text(model, "distance", (0, 0), (6, 8)) == "10.0 px (spacing not known)"
    assert text(model, "angle", (5, 0), (0, 0), (0, 5)) == "90.0° (spacing not known)"


def test_an_unfinished_measurement_says_nothing():
    assert not text(plate(), "angle", (5, 0), (0, 0))
