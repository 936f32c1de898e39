"""What the page of training shows without a window: curves of a folder, how a training ended, a refusal."""

from __future__ import annotations

import pytest

from medapp.services.training_curves import Curves
from medapp.ui.molecules.training import TrainingModel, TrainingWish, how_it_ended
from medapp.ui.molecules.training_charts import charts_of, latest

GENERATOR = (
    "step,critic,generator,valid,unique,apart,fcd\n"
    "250,-1.5,0.4,0.5,0.9,3.5,\n"
    "500,-1.2,0.3,0.7,0.8,2.5,11.25\n"
)  # fmt: skip
AUTOENCODER = "step,trained,coded,without\n2500,1.2,20.5,33\n"


@pytest.fixture
def folder(tmp_path):
    found = tmp_path / "out"
    found.mkdir()
    (found / "generator.csv").write_text(GENERATOR, encoding="utf-8")
    (found / "autoencoder.csv").write_text(AUTOENCODER, encoding="utf-8")
    (found / "generator.checkpoint.pt").write_bytes(b"")
    return found


@pytest.fixture
def model(session):
    return TrainingModel(session, session)


def keys(model):
    return [chart.key for chart in model.charts]


def test_a_folder_of_before_shows_its_curves_without_a_run(qtbot, model, folder):
    with qtbot.waitSignal(model.curvesChanged, timeout=10000):
        model.look(folder)
        assert model.charts == ()  # it is read beside the window
    assert keys(model) == ["losses", "shares", "apart", "fcd", "autoencoder", "held-back"]
    assert model.curves.is_begun
    assert "gone on with" in model.told[0]
    losses, fcd = model.charts[0], model.charts[3]
    assert [one.name for one in losses.traces] == ["critic", "generator"]
    assert losses.traces[0].x == (250, 500)
    assert fcd.traces[0].y == (11.25,)
    assert latest(model.charts[1]) == "valid 0.7 · unique 0.8"


def test_a_chart_is_drawn_of_what_was_measured_alone():
    table = {"step": (1.0, 2.0), "valid": (0.1, 0.2), "fcd": (float("nan"),) * 2}
    assert [chart.key for chart in charts_of(Curves({"generator": table}))] == ["shares"]


def test_curves_that_grow_are_read_again_and_those_that_do_not_are_not_drawn(qtbot, model, folder):
    with qtbot.waitSignal(model.curvesChanged, timeout=10000):
        model.look(folder)
    drawn = []
    model.curvesChanged.connect(lambda: drawn.append(model.charts[0].traces[0].x))
    with qtbot.waitSignal(model.changed, timeout=10000):
        model.read()
    assert drawn == []
    with (folder / "generator.csv").open("a", encoding="utf-8") as file:
        file.write("750,-1,0.2,0.8,0.8,2,\n")
    model.read()
    model.read()
    qtbot.waitUntil(lambda: drawn == [(250, 500, 750)], timeout=10000)


def test_another_folder_has_other_curves(qtbot, model, folder, tmp_path):
    with qtbot.waitSignal(model.curvesChanged, timeout=10000):
        model.look(folder)
    model.look(tmp_path / "empty")
    assert model.charts == ()
    qtbot.waitUntil(lambda: not model.curves.is_begun, timeout=10000)
    model.look(None)
    assert model.folder is None


def test_what_cannot_be_trained_is_told(qtbot, model, session, tmp_path):
    model.start(TrainingWish(tmp_path / "nowhere", tmp_path / "out"))
    assert model.is_running
    qtbot.waitUntil(lambda: not model.is_running, timeout=30000)
    assert "nowhere" in str(session.problems[0])
    assert model.said[1] == "error"


def test_that_nothing_got_better_is_said():
    early, _ = how_it_ended({"generator ended early": 1.0, "generator valid": 0.75})
    assert "nothing got better" in early
    assert early.endswith("generator valid 0.75")
    whole, _ = how_it_ended({"ended early": 0.0, "steps": 6.0})
    assert "nothing got better" not in whole
    assert whole.endswith("steps 6")
