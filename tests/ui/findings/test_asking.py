"""A model is asked from the window: in a process of its own, with progress, and it ends within 3 s."""

from __future__ import annotations

import os
import time

import pytest
from PySide6.QtCore import Qt, QTimer

from tests.unit.services.answers import many, proposal


@pytest.fixture
def asking(qtbot, opened):
    """The Findings page with the model's row."""
    opened.show_workspace("findings")
    page = opened.findings_page
    qtbot.waitUntil(lambda: "faulty.green" in page.workspace.ask.rows, timeout=20000)
    return page


def ask(page, how: str) -> None:
    row = page.workspace.ask.rows["faulty.green"]
    row.form.fields["how"].setText(how)
    row.run_button.click()


def test_an_answer_comes_into_view_where_nothing_else_is(qtbot, asking, opened):
    ask(asking, "work")
    assert asking.asking.state("faulty.green")
    qtbot.waitUntil(lambda: asking.model.item is not None, timeout=80000)
    assert [one.key for one in asking.model.findings] == ["green", "calls"]
    assert asking.model.item.entry.read
    assert asking.model.item.provenance.task == "faulty.green"
    assert not opened.problems
    assert asking.workspace.ask.rows["faulty.green"].run_button.isEnabled()


def test_an_answer_does_not_take_the_place_of_what_is_looked_at(qtbot, filled, opened):
    filled.model.choose("a1", "Mass")
    qtbot.waitUntil(lambda: "faulty.green" in filled.workspace.ask.rows, timeout=20000)
    ask(filled, "work")
    qtbot.waitUntil(lambda: len(filled.model.items) == 6, timeout=80000)
    assert filled.model.choice.finding == "Mass"
    qtbot.waitUntil(lambda: bool(opened.messages), timeout=10000)
    message = opened.messages[-1]
    assert (message.text, message.action) == ("Green has answered about Bench, Case.", "Show")
    message.undo()
    assert filled.model.item.entry.task == "faulty.green"


def test_an_answer_about_somebody_else_names_them_and_leads_to_them(qtbot, filled, opened):
    session = opened.session
    first = session.patient_key
    filled.model.choose("a1", "Mass")
    qtbot.waitUntil(lambda: "faulty.green" in filled.workspace.ask.rows, timeout=20000)
    # What is asked before it is known what there is waits for that, and would wait until the patient is back.
    qtbot.waitUntil(lambda: not filled.asking.loading, timeout=20000)
    ask(filled, "work")
    session.close_patient()
    qtbot.waitUntil(lambda: bool(opened.messages), timeout=80000)
    message = opened.messages[-1]
    assert message.text.startswith("Green has answered about ")
    assert session.patient_key == ""
    message.undo()
    qtbot.waitUntil(lambda: session.patient_key == first, timeout=20000)
    qtbot.waitUntil(
        lambda: filled.model.item is not None and filled.model.item.entry.task == "faulty.green",
        timeout=20000,
    )
    qtbot.waitUntil(lambda: opened.pages.currentWidget() is filled, timeout=10000)
    assert not opened.problems


def test_read_leads_to_what_is_asked_in_findings(qtbot, opened):
    panel = opened.models_panel
    qtbot.waitUntil(lambda: "faulty.green" in panel.leads, timeout=20000)
    panel.leads["faulty.green"].click()
    qtbot.waitUntil(lambda: opened.pages.currentWidget() is opened.findings_page, timeout=10000)
    rows = opened.findings_page.workspace.ask.rows
    qtbot.waitUntil(lambda: "faulty.green" in rows and rows["faulty.green"].head.isChecked(), timeout=20000)
    # The images are told by what is in view, which may be known after the models are.
    qtbot.waitUntil(lambda: "CT" in opened.findings_page.workspace.ask.about.text(), timeout=20000)


def test_what_a_model_refuses_is_a_sentence_and_no_fault(qtbot, asking, opened):
    ask(asking, "refuse")
    qtbot.waitUntil(lambda: bool(opened.problems), timeout=80000)
    problem = opened.problems.pop()
    assert problem.what.startswith("Green gives no answer:")
    assert problem.refused
    assert opened.dialogs[-1].windowTitle() == "This cannot be done"


def test_asking_can_be_cancelled_from_the_bar_within_three_seconds(qtbot, asking, opened):
    ask(asking, "slow")
    jobs = opened.session.jobs
    qtbot.waitUntil(lambda: any(one.message.startswith("step") for one in jobs.lines), timeout=80000)
    (line,) = [one for one in jobs.lines if one.title.startswith("Green") or one.fraction is not None]
    row = opened.jobs_bar._rows[line.id]
    began = time.monotonic()
    row._cancel.click()
    qtbot.waitUntil(lambda: bool(opened.messages), timeout=10000)
    assert time.monotonic() - began < 3
    assert opened.messages[-1].text == "Green was cancelled; there is no answer of it."
    assert asking.model.items == ()
    assert not opened.problems
    assert asking.workspace.ask.rows["faulty.green"].run_button.isEnabled()


class Turns:
    """Longest turn of the event loop: by the clock, and by what the GUI thread itself was busy with."""

    def __init__(self) -> None:
        self.clock = self.busy = 0.0
        self._last = (time.perf_counter(), time.thread_time())
        self._timer = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self.clock = max(self.clock, now[0] - self._last[0])
        self.busy = max(self.busy, now[1] - self._last[1])
        self._last = now

    def stop(self) -> None:
        """Measure no more: what comes later is another's."""
        self._timer.stop()


def test_an_answer_of_500_findings_does_not_hold_up_the_window(qtbot, asking, opened):
    """From the moment that the answer is there until it is shown."""
    session = opened.session
    turns = []
    for number in range(4):
        turn = Turns()
        asking.asking._keep(proposal(f"n{number}", many(500), patient=session.patient_key), "Anon^Case")
        qtbot.waitUntil(lambda count=number + 1: len(asking.model.items) == count, timeout=30000)
        asking.model.choose(f"n{number}")
        qtbot.wait(200)
        assert len(asking.workspace.answer.lists["measurements"].shown) == 500
        turn.stop()
        turns.append(turn)
    assert min(one.busy for one in turns[1:]) < 0.5  # the first loads what the others have
    if os.getloadavg()[0] < (os.cpu_count() or 1):  # else the clock tells of other programs
        assert min(one.clock for one in turns[1:]) < 0.5
