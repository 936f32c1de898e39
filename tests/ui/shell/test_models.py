"""Running tasks from the window, with a plugin in a real worker process."""

from __future__ import annotations

import time

import pytest

from tests.ui.shell.conftest import BRIGHT


def run(window, how: str) -> None:
    row = window.models_panel.rows["faulty.bright"]
    row.form.fields["how"].setText(how)
    row.run_button.click()


def test_tasks_that_fit_can_be_run_and_the_others_say_why_not(opened):
    panel = opened.models_panel
    assert list(panel.rows) == ["faulty.bright"]
    assert any("MR" in reason for reason in panel.reasons)
    assert any("no [plugin]" in reason for reason in panel.reasons)
    row = panel.rows["faulty.bright"]
    assert row.run_button.isEnabled()
    assert row.head.text() == "Bright"


def test_an_estimate_has_units_or_says_that_it_is_unknown(opened):
    from medapp.api.results import Estimate
    from medapp.ui.models.row import estimate_text

    assert estimate_text(Estimate(3 << 20, 65.0)) == "about 3 MB, 65 s"
    assert estimate_text(Estimate(3 << 30, 600.0)) == "about 3.0 GB, 10 min"
    assert estimate_text(Estimate(3 << 30)) == "about 3.0 GB, time unknown"


def test_a_run_shows_its_progress_and_becomes_a_proposal(qtbot, opened):
    messages = set()
    opened.session.jobs.changed.connect(
        lambda: messages.update(line.message for line in opened.session.jobs.lines)
    )
    run(opened, "work")
    row = opened.models_panel.rows["faulty.bright"]
    assert not row.run_button.isEnabled()
    qtbot.waitUntil(lambda: bool(opened.results_panel.model.items), timeout=40000)
    assert messages & {"preparing", "half way", "checking the result"}
    assert row.run_button.isEnabled()
    assert not opened.problems
    item = opened.results_panel.model.current
    assert item.status == "proposal"
    assert item.provenance.plugin == "faulty_plugin"
    assert opened.read_page.workspace.overlay.segmentation is item.segmentation


@pytest.mark.parametrize("how", ["raise", "abort"])
def test_a_plugin_that_fails_is_told_and_the_window_goes_on(qtbot, opened, how):
    run(opened, how)
    qtbot.waitUntil(lambda: bool(opened.problems), timeout=40000)
    problem = opened.problems[0]
    assert "faulty.bright" in problem.what
    assert "Bench" not in problem.report()
    assert not opened.results_panel.model.items
    run(opened, "work")
    qtbot.waitUntil(lambda: bool(opened.results_panel.model.items), timeout=40000)


@pytest.mark.parametrize("how", ["slow", "deaf"])
def test_cancel_ends_a_job_within_some_seconds(qtbot, opened, how):
    run(opened, how)
    qtbot.waitUntil(lambda: any(not line.waiting for line in opened.session.jobs.lines), timeout=20000)
    if how == "slow":
        qtbot.waitUntil(lambda: any(line.fraction for line in opened.session.jobs.lines), timeout=20000)
    bar = opened.jobs_bar
    (job_row,) = bar._rows.values()
    started = time.monotonic()
    job_row._cancel.click()
    assert "stopping" in job_row._time.text()
    qtbot.waitUntil(lambda: not opened.session.jobs.lines, timeout=8000)
    assert time.monotonic() - started < 5
    qtbot.waitUntil(opened.models_panel.rows["faulty.bright"].run_button.isEnabled, timeout=2000)
    assert not opened.problems
    assert not opened.results_panel.model.items


def test_the_window_answers_while_a_model_runs(qtbot, opened):
    gaps = []
    last = [time.perf_counter()]

    def tick():
        now = time.perf_counter()
        gaps.append(now - last[0])
        last[0] = now

    from PySide6.QtCore import QTimer

    timer = QTimer(interval=5)
    timer.timeout.connect(tick)
    timer.start()
    run(opened, "work")
    qtbot.waitUntil(lambda: bool(opened.results_panel.model.items), timeout=40000)
    timer.stop()
    # Far below the half second that a model in the window's own process would cost, on a busy machine too.
    assert max(gaps[1:]) < 0.3


def test_a_form_asks_for_what_the_schema_says(qtbot):
    from medapp.ui.models.form import ParameterForm

    form = ParameterForm(
        {
            "structures": {"type": "boolean", "title": "Structures", "default": True},
            "count": {"type": "integer", "minimum": 1, "maximum": 9, "default": 3},
            "level": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.25},
            "flip": {"type": "string", "enum": ["none", "left-right"], "default": "none"},
            "bundle": {"type": "string", "format": "path", "description": "Folder or zip."},
            "sizes": {"type": "array", "default": [1, 2]},
            "note": {"type": "string"},
        },
        ("bundle",),
    )
    qtbot.addWidget(form)
    assert form.values() == {
        "structures": True, "count": 3, "level": 0.25, "flip": "none", "sizes": [1, 2],
    }  # fmt: skip
    assert form.missing() == ("bundle",)
    heard = []
    form.changed.connect(lambda: heard.append(1))
    form.fields["structures"].setChecked(False)
    form.fields["count"].setValue(99)
    form.fields["flip"].setCurrentIndex(1)
    form.fields["bundle"].focusProxy().setText(" /a/b ")
    form.fields["note"].setText("x")
    assert form.missing() == ()
    assert form.values()["count"] == 9
    assert form.values()["bundle"] == "/a/b"
    assert form.values()["flip"] == "left-right"
    assert form.values()["structures"] is False
    assert len(heard) >= 5
    form.fields["sizes"].setText("[1")
    with pytest.raises(ValueError, match="delimiter"):
        form.values()


def test_a_field_that_is_not_looked_at_is_off_and_left_out(qtbot):
    from medapp.ui.models.form import ParameterForm

    form = ParameterForm(
        {
            "goal": {"type": "string", "enum": ["plain", "own"], "default": "plain", "title": "Goal"},
            "wish": {"type": "string", "default": "", "description": "What.", "only_with": {"goal": "own"}},
            "level": {"type": "number", "default": 0.5, "only_with": {"goal": "own", "elsewhere": 1}},
        }
    )
    qtbot.addWidget(form)
    wish, level = form.fields["wish"], form.fields["level"]
    assert not wish.isEnabled()
    assert not level.isEnabled()
    assert wish.toolTip() == "Only with Goal: own. What."
    wish.setText("x")
    assert form.values() == {"goal": "plain"}
    form.fields["goal"].setCurrentText("own")
    assert wish.isEnabled()
    assert wish.toolTip() == "What."
    assert form.values() == {"goal": "own", "wish": "x", "level": 0.5}
    form.fields["goal"].setCurrentText("plain")
    # Filled in from elsewhere it shall count.
    form.set_values({"wish": "y"})
    assert form.values() == {"goal": "own", "wish": "y", "level": 0.5}


def test_the_values_of_a_form_pass_the_check_of_the_plugin():
    from medapp.plugins import checked

    assert checked(BRIGHT, {}) == {"how": "work"}
