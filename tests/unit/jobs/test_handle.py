"""One job's states, its times, and who hears of it."""

import time

import pytest

from medapp.api.context import JobCancelled
from medapp.jobs import JobFailed
from medapp.jobs.handle import JobHandle
from medapp.jobs.local import LocalContext


@pytest.fixture
def heard():
    return []


@pytest.fixture
def handle(heard):
    return JobHandle("Title", "Patient", heard.append)


def test_from_queued_to_done(handle, heard):
    assert (handle.state, handle.update.elapsed_s, handle.update.remaining_s) == ("queued", 0.0, None)
    assert handle.start()
    handle.change(fraction=0.5, message="half")
    handle.finish(42)
    assert handle.wait(0) == 42
    assert [update.state for update in heard] == ["running", "running", "done"]
    assert heard[-1].fraction == 1.0
    assert heard[-1].finished
    assert not heard[0].finished


def test_what_comes_after_the_end_is_not_heard(handle, heard):
    handle.start()
    handle.finish(1)
    handle.change(message="late")
    handle.finish_failed(JobFailed("late"))
    assert handle.state == "done"
    assert heard[-1].message != "late"
    assert not handle.start()


def test_waiting_has_an_end(handle):
    handle.start()
    with pytest.raises(TimeoutError, match="within 0"):
        handle.wait(0.01)


def test_failing_keeps_kind_and_log(handle, heard):
    handle.start()
    handle.finish_failed(JobFailed("it broke", kind="crash", log_tail="last line"))
    with pytest.raises(JobFailed, match="it broke"):
        handle.wait(0)
    assert (heard[-1].error, heard[-1].error_kind, heard[-1].log_tail) == ("it broke", "crash", "last line")


def test_cancelling_what_has_not_started_ends_it(handle):
    handle.cancel()
    assert handle.cancel_requested
    with pytest.raises(JobCancelled):
        handle.wait(0)
    assert not handle.start()


def test_cancelling_what_runs_leaves_the_end_to_the_work(handle):
    handle.start()
    handle.cancel()
    assert handle.state == "running"
    with pytest.raises(JobCancelled):
        LocalContext(handle).check_cancelled()


def test_remaining_time_is_told_once_it_can_be(handle, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    handle.start()
    handle.change(fraction=0.5)
    assert handle.update.remaining_s is None
    now[0] += 10
    assert handle.update.elapsed_s == 10
    handle.change(fraction=0.25)
    assert handle.update.remaining_s == 30
    handle.finish(None)
    now[0] += 5
    assert handle.update.elapsed_s == 10


def test_local_work_is_heard_ten_times_a_second_at_most(handle, heard):
    handle.start()
    context = LocalContext(handle)
    for step in range(1000):
        context.progress(step / 1000, f"step {step}")
    assert 1 < len(heard) < 100
    assert context.cancelled() is False
