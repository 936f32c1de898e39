"""A model is measured in the window by a real worker, held against another, and its report written."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt

from medapp.ui.evaluate.charts import charts_of
from medapp.ui.evaluate.report import chance, number

SLOW = 100000


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "held-back"
    folder.mkdir()
    (folder / "cases.txt").write_text("")
    return folder


def measure(qtbot, page, folder):
    page.form.data.setText(str(folder))
    page.form.run_button.click()
    qtbot.waitUntil(lambda: page.model.report is not None, timeout=SLOW)


def texts(table):
    return [
        [table.item(row, column).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


def test_a_report_is_shown_and_written(qtbot, page, data, tmp_path):
    assert not page.export_button.isEnabled()
    assert not page.form.run_button.isEnabled()
    measure(qtbot, page, data)
    own, figures, groups = (texts(table) for table in page.tables)
    assert own == [["seen", "120.000"]]
    assert figures[0][0] == "AUROC"
    low, high = (float(part) for part in figures[0][2].split(" to "))
    assert low <= float(figures[0][1]) <= high
    assert [row[:3] for row in groups] == [["sex", "F", "60"], ["sex", "M", "60"]]
    (question,) = page.model.report["questions"]
    assert [chart.key for chart in charts_of(question)] == ["calibration", "decision"]
    out = tmp_path / "out"
    out.mkdir()
    page.model.export(out)
    qtbot.waitUntil(lambda: len(page.model.exported) == 2, timeout=10000)
    assert json.loads((out / "evaluation.json").read_text())["warning"] == "Not for diagnostic use"
    assert (out / "evaluation.pdf").read_bytes().startswith(b"%PDF")


def test_two_models_on_the_same_cases(qtbot, page, data, tmp_path):
    page.form.compare.setCurrentIndex(page.form.compare.findData("installed"))
    weights = tmp_path / "candidate"
    weights.write_text("")
    page.form.weights.setText(str(weights))
    measure(qtbot, page, data)
    rows = {row[1]: row for row in texts(page.tables[0])}
    assert float(rows["AUROC"][2]) < 0
    assert set(rows) == {"AUROC", "AUPRC", "Brier score", "AUROC (DeLong)"}


def test_a_refusal_is_told_and_the_page_goes_on(qtbot, page, window, tmp_path):
    problems = []
    window.session.problem.connect(problems.append)
    page.form.data.setText(str(tmp_path))
    page.form.run_button.click()
    assert not page.form.run_button.isEnabled()
    qtbot.waitUntil(lambda: bool(problems), timeout=SLOW)
    assert "cases.txt" in problems[0].details + problems[0].what + str(problems[0])
    assert page.form.run_button.isEnabled()


def test_escape_goes_back_to_where_the_user_was(qtbot, page, window):
    assert window.pages.currentWidget() is page
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.welcome


@pytest.mark.parametrize(("value", "words"), [(0.0001, "< 0.001"), (0.04, "0.040"), (None, "not defined")])
def test_words(value, words):
    assert chance(value) == words
    assert number(None) == "not defined"
