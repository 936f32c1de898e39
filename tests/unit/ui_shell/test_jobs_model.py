"""The jobs bar's model, on a real queue: every line can be cancelled, whoever waits for its job."""

from __future__ import annotations

import time

import pytest

from medapp.api.context import JobCancelled
from medapp.jobs import JobQueue
from medapp.ui.background import Background
from medapp.ui.jobs.model import JobsModel


@pytest.fixture
def queue(tmp_path):
    found = JobQueue(tmp_path / "scratch")
    yield found
    found.shutdown()


@pytest.fixture
def model(qtbot, queue):
    found = JobsModel(Background())
    found.attach(queue)
    yield found
    found.detach()


def until_cancelled(context):
    while True:
        context.check_cancelled()
        time.sleep(0.01)


def test_a_job_that_another_waits_for_can_be_cancelled_at_its_own_line(qtbot, queue, model):
    def outer(_context):
        return queue.submit_local("inner", until_cancelled).wait(30)

    told = []
    handle = queue.submit_local("outer", outer)
    model.watch(handle, told.append, told.append)
    qtbot.waitUntil(lambda: {one.title for one in model.lines} == {"outer", "inner"}, timeout=10000)
    (inner,) = [one for one in model.lines if one.title == "inner"]
    model.cancel(inner.id)
    qtbot.waitUntil(lambda: bool(told), timeout=10000)
    assert isinstance(told[0], JobCancelled)
    qtbot.waitUntil(lambda: not model.lines, timeout=10000)


def test_what_is_over_is_not_cancelled(qtbot, queue, model):
    handle = queue.submit_local("short", lambda _context: 5)
    told = []
    model.watch(handle, told.append, told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=10000)
    model.cancel(handle.id)
    assert told == [5]
    assert model.lines == ()
