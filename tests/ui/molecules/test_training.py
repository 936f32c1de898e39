"""The generator is trained from the menu by a real worker: curves, going on, stopping, settings."""

from __future__ import annotations

import pytest

TAILS = ("O", "N", "c1ccccc1", "C(=O)O", "c1ccc(Cl)cc1", "Br")
SMILES = [f"{'C' * chain}{tail}" for chain in range(1, 11) for tail in TAILS]
SMALL = {"hidden": 16, "layers": 1, "epochs": 2.0, "rounds": 4, "portion": 8, "codes": 40, "polishing": 1}
SLOW = 240000


@pytest.fixture
def dialog(qtbot, page):
    """Opened from the menu, its settings known."""
    titles = [action.text() for action in page.workspace.given.give.menu().actions()]
    assert "Train the generator…" in titles
    page.workspace.acts.train.trigger()
    found = page.training_dialog
    qtbot.waitUntil(lambda: found.form.settings is not None, timeout=30000)
    return found


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "train.csv").write_text("SMILES\n" + "\n".join(SMILES) + "\n", encoding="utf-8")
    return folder


def test_a_training_is_started_shows_its_curves_and_goes_on(qtbot, dialog, data, tmp_path):
    form, model = dialog.form, dialog.model
    assert not form.start_button.isEnabled()
    assert set(form.stage.fields) == {"stage"}
    assert {"rounds", "hidden"} <= set(form.settings.fields)
    form.data.setText(str(data))
    form.out.setText(str(tmp_path / "out"))
    form.settings.set_values(SMALL)
    assert form.start_button.text().strip() == "Start"
    form.start_button.click()
    assert model.is_running
    assert not form.start_button.isEnabled()
    assert form.stop_button.isEnabled()
    qtbot.waitUntil(lambda: not model.is_running, timeout=SLOW)
    assert "generator steps 4" in model.said[0]
    qtbot.waitUntil(lambda: "losses" in dialog.curves.views, timeout=10000)
    assert {"losses", "shares", "apart"} <= set(dialog.curves.views)
    x, y = dialog.curves.views["shares"].plot.listDataItems()[0].getData()
    assert x.tolist() == [4]
    assert 0 <= y[0] <= 1
    qtbot.waitUntil(lambda: form.start_button.text().strip() == "Go on", timeout=10000)
    form.settings.set_values({"rounds": 6})
    form.start_button.click()
    qtbot.waitUntil(lambda: not model.is_running, timeout=SLOW)
    assert "generator steps 6" in form.state.text()


def test_a_training_is_stopped_and_keeps_its_folder(qtbot, dialog, data, tmp_path):
    form, model = dialog.form, dialog.model
    form.data.setText(str(data))
    form.out.setText(str(tmp_path / "out"))
    form.settings.set_values(SMALL | {"epochs": 100000.0})
    form.start_button.click()
    qtbot.waitUntil(lambda: model.line is not None and "step" in model.line.message, timeout=SLOW)
    dialog.close()
    assert model.is_running
    form.stop_button.click()
    qtbot.waitUntil(lambda: not model.is_running, timeout=SLOW)
    assert model.told[0].startswith("Stopped before the first checkpoint")
    assert form.state.text() == model.told[0]
    assert form.start_button.isEnabled()


def test_curves_of_a_folder_are_shown_where_it_is_written(qtbot, dialog, tmp_path):
    (tmp_path / "generator.csv").write_text("step,valid,unique,fcd\n1,0.5,0.5,\n2,0.6,0.6,9\n")
    assert not dialog.curves.nothing.isHidden()
    dialog.form.out.setText(str(tmp_path))
    qtbot.waitUntil(lambda: set(dialog.curves.views) == {"shares", "fcd"}, timeout=10000)
    assert dialog.curves.nothing.isHidden()
    dialog.form.out.setText("")
    qtbot.waitUntil(lambda: not dialog.curves.views, timeout=10000)
