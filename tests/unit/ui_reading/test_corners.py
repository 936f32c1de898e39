from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from medapp.domain.geometry import Geometry
from medapp.domain.notice import Notice
from medapp.domain.volume import Window
from medapp.ui.reading import corners
from medapp.ui.reading.viewport_model import Probe, ViewportModel
from tests.ui.reading.phantoms import Loaded, make_series, make_volume


def shown(volume, **changes) -> ViewportModel:
    model = ViewportModel()
    model.show(make_series(**changes), Loaded(volume))
    return model


def test_the_four_corners_hold_what_the_profile_asks_for(volume):
    facts = (("SliceThickness", "3.00"), ("ContrastBolusAgent", "Iomeprol"))
    model = shown(volume, extra=facts)
    model.set_plane("axial")
    texts = corners.corners(model, zoom_percent=150.0)
    assert texts.top_left == ("Test, Person", "4711", "1960-01-02 · F")
    assert "Thorax" in texts.top_right
    assert "2026-01-31 10:15:00" in texts.top_right
    assert texts.bottom_right[:3] == ("3 · Soft tissue", "Contrast: Iomeprol", "Thickness 3 mm")
    joined = "\n".join(texts.bottom_left)
    assert "W 400  L 40" in joined
    assert "Slice 11/20" in joined
    assert "150 %" in joined


def test_identity_can_be_blanked_and_the_lossy_mark_cannot(volume):
    model = shown(dataclasses.replace(volume, lossy="JPEG 12:1"))
    blank = corners.corners(model, identity=False)
    assert blank.top_left == ()
    assert "Test" not in str(blank)
    assert corners.corners(model, level="none").lossy == "JPEG 12:1"
    assert corners.corners(model, level="none").bottom_left == ()


def test_mr_names_its_times(volume):
    facts = (("RepetitionTime", "500.0"), ("EchoTime", "12.5"), ("MagneticFieldStrength", "3"))
    texts = corners.corners(shown(volume, modality="MR", extra=facts))
    assert texts.bottom_right[-1] == "TR 500 ms · TE 12.5 ms · 3 T"


@pytest.mark.parametrize(
    ("value", "text"), [(1204.4, "1204"), (37.46, "37.5"), (2.314, "2.31"), (5.0, "5"), (-0.5, "-0.50")]
)
def test_numbers_have_as_many_places_as_they_deserve(value, text):
    assert corners.number(value) == text


def test_a_value_without_a_unit_is_raw():
    probe = Probe(3.2, 4.6, 0, 17.0, None, None, None)
    assert corners.value_text(probe) == "17 raw"
    assert corners.probe_text(probe) == "17 raw  (3, 5) px"
    placed = dataclasses.replace(probe, unit="HU", lps=(1.0, -2.0, -3.25))
    assert corners.probe_text(placed) == "17 HU  L1.0 A2.0 F3.2 mm"
    assert corners.corners(shown(make_volume()), probe=placed).bottom_left[-2:] == (
        "17 HU",
        "L1.0 A2.0 F3.2 mm",
    )
    assert corners.value_text(dataclasses.replace(probe, value=None)) == "–"
    assert corners.value_text(dataclasses.replace(probe, color=(1, 2, 3))) == "RGB 1 2 3"


def test_what_has_to_be_known_is_told(volume):
    told = Notice("gantry-tilt", "The gantry is tilted by 12 degrees.", "warning")
    quiet = Notice("copies", "2 files are copies.", "info")
    model = shown(volume, notices=(told, quiet))
    assert corners.notice_texts(model) == ("The gantry is tilted by 12 degrees.",)


def test_missing_spacing_is_told_once():
    bare = make_volume(geometry=Geometry.unknown((20, 48, 64)))
    assert corners.notice_texts(shown(bare)) == ("Pixel spacing is not known: lengths in px",)
    told = Notice("spacing-unknown", "Lengths are in pixels.", "warning")
    assert corners.notice_texts(shown(bare, notices=(told,))) == ("Lengths are in pixels.",)


def test_resampled_and_uneven_planes_say_so():
    angle = np.deg2rad(20)
    turn = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    model = shown(make_volume(geometry=Geometry.from_parts((20, 48, 64), (0, 0, 0), (2, 2, 3), turn)))
    assert corners.notice_texts(model) == ()
    model.set_plane("axial")
    assert "oblique" in corners.notice_texts(model)[0]
    uneven = Geometry.from_parts((3, 48, 64), (0, 0, 0), (2, 2, 3))
    uneven = dataclasses.replace(uneven, slice_positions=(0.0, 3.0, 7.5))
    notice = Notice("uneven-spacing", "The slices are not evenly spaced.", "warning")
    model = shown(make_volume(np.zeros((3, 48, 64), np.int16), geometry=uneven), notices=(notice,))
    model.set_plane("coronal")
    assert "3 to 4.50 mm" in corners.notice_texts(model)[1]


def test_the_window_is_named_or_the_table_of_the_file(volume):
    assert corners.window_text(Window(40, 400, "LUNG"), "1") == "W 400  L 40  LUNG"
    assert corners.window_text(Window(40, 400, "LUNG"), "") == "W 400  L 40"
    assert corners.window_text(None, "1") == "VOI LUT of the file"


@pytest.mark.parametrize(
    ("modality", "unit", "text"),
    [
        ("PT", "SUVbw", "W 6  L 3 SUVbw"),
        ("PT", "Bq/ml", "W 6  L 3 Bq/ml"),
        ("PT", None, "W 6  L 3 (unit not known)"),
        ("CT", "HU", "W 6  L 3 HU"),
        ("MR", None, "W 6  L 3"),
    ],
)
def test_the_window_has_the_unit_of_the_values_and_never_a_guessed_one(modality, unit, text):
    volume = make_volume(modality=modality, unit=unit, windows=(Window(3, 6),))
    assert corners.corners(shown(volume, modality=modality)).bottom_left[0] == text


@pytest.mark.parametrize(
    ("stated", "text"),
    [
        ("", "? orientation not stated"),
        ("L", "? orientation not stated"),
        ("L\\", "? orientation not wholly stated"),
    ],
)
def test_what_the_question_marks_mean_is_said(stated, text):
    bare = make_volume(np.zeros((1, 8, 8), np.int16), geometry=Geometry.unknown((1, 8, 8)))
    for level in ("all", "minimal"):
        model = shown(bare, modality="CR", extra=(("PatientOrientation", stated),))
        assert text in corners.corners(model, level=level).bottom_left


@pytest.mark.parametrize("stated", ["L\\F", "PR\\H"])
def test_a_stated_orientation_is_not_called_unknown(volume, stated):
    bare = make_volume(np.zeros((1, 8, 8), np.int16), geometry=Geometry.unknown((1, 8, 8)))
    for model in (shown(bare, extra=(("PatientOrientation", stated),)), shown(volume)):
        assert "orientation" not in "".join(corners.corners(model).bottom_left)


def test_dates_and_times():
    assert corners.date_text("20260131") == "2026-01-31"
    assert corners.date_text("Jan 2026") == "Jan 2026"
    assert corners.time_text("101530.25") == "10:15:30"
    assert corners.time_text("10") == "10"


def test_a_field_in_gauss_is_not_shown_as_tesla(volume):
    facts = (("RepetitionTime", "500.0"), ("MagneticFieldStrength", "15000"))
    texts = corners.corners(shown(volume, modality="MR", extra=facts))
    assert texts.bottom_right[-1] == "TR 500 ms"
