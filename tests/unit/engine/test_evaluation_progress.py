"""An evaluation tells how far it is, and never goes back."""

from __future__ import annotations

import numpy as np
import pytest

from medapp.api import Predictions
from medapp.engine.evaluation import report


def survival(key):
    random = np.random.default_rng(1)
    times, scores = random.exponential(1, 60), random.normal(0, 1, 60)
    return Predictions(
        key,
        key,
        "survival",
        tuple(f"p{number}" for number in range(60)),
        tuple(int(one) for one in random.random(60) < 0.5),
        tuple(map(float, scores)),
        groups={"sex": ("m", "f") * 30, "age": ("young", "old", "old") * 20},
        times=tuple(map(float, times)),
    )


def test_report_tells_each_question_and_each_way_of_grouping():
    told = []
    report(
        [survival("one"), survival("two")], rounds=3, tell=lambda share, title: told.append((share, title))
    )
    assert [title for _, title in told] == ["one"] * 3 + ["two"] * 3
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert told[0][0] == 0
    assert told[-1][0] < 1


def test_parts_of_a_whole_never_go_back(context, monkeypatch):
    sent = []
    monkeypatch.setattr("medapp.engine.context._QUIET_S", 0.0)
    context.send = lambda event: sent.append(event["fraction"])
    with context.part(0, 0.3):
        context.progress(0.5)
        context.progress(1.0)
    with context.part(0.3, 1):
        context.progress(0.0)
        context.progress(0.5)
    context.progress(1.0)
    assert sent == pytest.approx([0.15, 0.3, 0.3, 0.65, 1.0])
