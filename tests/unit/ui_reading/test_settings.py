from __future__ import annotations

import pytest

from medapp.ui.reading import settings as reading
from tests.ui.reading.phantoms import make_series


def test_the_shipped_keys_are_those_of_the_conventions():
    shipped = reading.load_settings()
    assert shipped.conflicts() == {}
    for key, action in {
        "Up": "slice_previous", "PgDown": "series_next", "C": "cine", "W": "tool_window",
        "D": "tool_distance", "M": "tool_crosshair", "K": "key_image", "Space": "reset_view",
        "Ctrl+Shift+Z": "redo", "[": "brush_smaller", "Shift+F12": "identity_toggle", "9": "preset_9",
    }.items():  # fmt: skip
        assert shipped.action(key) == action
    assert shipped.action("Ctrl+Alt+Q") == ""


def test_the_shipped_presets_are_those_of_the_conventions():
    shipped = reading.load_settings()
    windows = {p.key: (p.width, p.center) for p in shipped.presets}
    assert windows["3"] == (110, 35)
    assert windows["7"] == (1500, -500)
    assert windows["9"] == (40, 40)
    assert shipped.preset("x") is None


def test_every_action_on_a_key_is_one_that_there_is(qapp):
    from medapp.ui.reading.workspace import ReadWorkspace

    workspace = ReadWorkspace()
    unknown = [action for action in workspace.settings.keys if not workspace.run_action(action)]
    workspace.deleteLater()
    assert unknown == []


def test_hanging_rules_fit_by_modality_and_number():
    shipped = reading.load_settings()
    assert shipped.steps(make_series(), 1)[:2] == ("1x1", "mpr")
    mammogram = make_series(modality="MG", kind="stack")
    assert "1x2" in shipped.steps(mammogram, 4)
    rule = reading.HangingRule("chest", ("2x2",), body_part=("CHEST",))
    assert rule.fits(make_series(extra=(("BodyPartExamined", "chest"),)), 1)
    assert not rule.fits(make_series(), 1)


def test_the_users_file_replaces_single_lines(tmp_path):
    file = tmp_path / reading.USER_FILE
    file.write_text(
        '[keys]\ninvert = ["X", "F2"]\n[[preset]]\nkey = "3"\nname = "Head"\nwidth = 80\ncenter = 40\n'
    )
    mine = reading.load_settings(file)
    assert mine.action("f2") == "invert"
    assert mine.action("W") == "tool_window"
    assert (mine.preset("3").name, mine.preset("3").unit) == ("Head", "")
    assert mine.preset("7").name == "Lung"


def test_export_and_import_give_the_same(tmp_path):
    shipped = reading.load_settings()
    file = tmp_path / "all.toml"
    reading.export_settings(shipped, file)
    assert reading.import_settings(file, reading.Settings()) == shipped


@pytest.mark.parametrize(
    "text",
    [
        "[keys", "[keys]\ninvert = 3\n", '[[preset]]\nkey = "3"\n',
        '[[preset]]\nkey = "3"\nname = "x"\nwidth = 0\ncenter = 1\n', "keys = 1\n", "[[rule]]\nsize = 3\n",
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_with_a_reason(tmp_path, text):
    file = tmp_path / "bad.toml"
    file.write_text(text)
    with pytest.raises(reading.SettingsError):
        reading.load_settings(file)


def test_one_key_for_two_actions_is_a_conflict():
    clashing = reading.Settings({"invert": ("I",), "rotate": ("i",)})
    assert clashing.conflicts() == {"i": ("invert", "rotate")}
