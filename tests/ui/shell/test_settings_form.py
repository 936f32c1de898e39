"""Settings are changed in fields; what cannot be used is refused with the reason, and nothing is kept."""

from __future__ import annotations

import contextlib

import pytest

from medapp.services.user import name_of_user
from medapp.ui.reading.settings import USER_FILE, load_settings
from medapp.ui.settings_dialog import SettingsDialog
from medapp.ui.settings_form import SettingsForm


@pytest.fixture
def dialog(qtbot, window):
    made = SettingsDialog(window.session.app.paths.config, window.reading().workspace, window)
    made.open()
    yield made
    # It is gone once it has been accepted.
    with contextlib.suppress(RuntimeError):
        made.close()


def test_untouched_fields_give_the_same_settings(qtbot):
    form = SettingsForm(load_settings(), load_settings())
    qtbot.addWidget(form)
    assert form.settings() == load_settings()


def test_the_name_is_kept_for_what_is_decided(window, dialog):
    config = window.session.app.paths.config
    dialog.name.setText(" Dr. Chen ")
    assert name_of_user(config) == ""
    assert dialog.save()
    assert name_of_user(config) == "Dr. Chen"


def test_fields_are_kept_and_used(window, dialog):
    file = window.session.app.paths.config / USER_FILE
    dialog.form.presets[0]["width"].setText("123")
    dialog.form.keys["cine"].setText("C, Ctrl+P")
    dialog.form.rules[0]["modality"].setText("CT")
    assert dialog.save()
    kept = load_settings(file)
    assert kept.presets[0].width == 123
    assert kept.keys["cine"] == ("C", "Ctrl+P")
    assert kept.hanging[0].modality == ("CT",)
    assert window.reading().workspace.settings.presets[0].width == 123


@pytest.mark.parametrize(("width", "said"), [("wide", "a number"), ("-5", "not above 0"), ("nan", "number")])
def test_what_is_no_width_is_refused(window, dialog, width, said):
    dialog.form.presets[0]["width"].setText(width)
    assert said in dialog.message.text()
    assert not dialog.save()
    assert not (window.session.app.paths.config / USER_FILE).exists()


def test_a_key_of_two_actions_is_refused(dialog):
    dialog.form.keys["cine"].setText("I")
    assert "cine" in dialog.message.text()
    dialog.form.keys["cine"].setText("C")
    assert not dialog.message.text()


def test_both_tabs_show_the_same(dialog):
    dialog.form.presets[0]["name"].setText("Mine")
    dialog.tabs.setCurrentIndex(1)
    assert 'name = "Mine"' in dialog.editor.toPlainText()
    dialog.editor.setPlainText("[keys")
    dialog.tabs.setCurrentIndex(0)
    assert dialog.tabs.currentIndex() == 1
    assert dialog.message.text()
    dialog.show_shipped()
    dialog.tabs.setCurrentIndex(0)
    assert dialog.form.presets[0]["name"].text() == load_settings().presets[0].name
