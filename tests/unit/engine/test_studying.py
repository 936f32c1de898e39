"""Asking the task of another plugin within a worker: what is kept of it, and what is told where it fails."""

import shutil
import threading
from pathlib import Path

import pytest

from medapp.api import JobCancelled
from medapp.api.others import OtherTask
from medapp.engine.context import WorkerContext

PLUGIN = Path(__file__).parents[2] / "integration" / "counting_plugin.py"
TASK = "counting.nitrogen"


@pytest.fixture
def told():
    return []


@pytest.fixture
def context(tmp_path, monkeypatch, told):
    shutil.copy(PLUGIN, tmp_path / "counting_studied.py")
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "scratch").mkdir()
    others = {
        TASK: OtherTask("counting_studied", "counting 3.1"),
        "lost.task": OtherTask("nowhere_to_be_found"),
    }
    return WorkerContext(
        "cpu", "float32", 1, 1 << 30, 0, tmp_path / "scratch", told.append, threading.Event(), others=others
    )


def test_rows_come_in_order_and_the_provenance_names_the_plugin(context, told):
    rows = context.study(TASK, ("CCN", "CCB(O)O", "CCCl", "NCCN"))
    assert [[one.value for one in row.properties] for row in rows] == [[1], [], [], [2]]
    assert [bool(row.refused) for row in rows] == [False, True, True, False]
    assert context.facts == {TASK: "counting 3.1", f"{TASK} counted by": "hand"}
    # The bar is that of the job, and no file stays.
    assert told == []
    assert list(context.scratch.iterdir()) == []


def test_what_cannot_be_asked_is_named(context):
    with pytest.raises(RuntimeError, match=r"the plugin of lost\.task cannot be loaded: ModuleNotFoundError"):
        context.study("lost.task", ("C",))
    with pytest.raises(LookupError, match=r"was not given the task 'never\.named'"):
        context.study("never.named", ("C",))


def test_cancelling_the_job_is_seen_by_the_other_plugin(context):
    context.cancelled.set()
    with pytest.raises(JobCancelled):
        context.study(TASK, ("CCN",))
