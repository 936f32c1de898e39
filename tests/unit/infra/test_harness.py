"""The benches' harness measures what it says."""

from __future__ import annotations

import time

import numpy as np
import pytest

from tests.bench import frames, harness


def hold(megabytes: int) -> np.ndarray:
    return np.ones(megabytes << 20, dtype=np.uint8)


def test_peak_memory_is_what_the_call_takes():
    peak = harness.peak_memory("tests.unit.infra.test_harness:hold", 64)
    assert 60 << 20 < peak < 90 << 20


def test_memory_taken_before_does_not_count():
    peak = harness.peak_memory(
        "tests.unit.infra.test_harness:hold", 8, prepare="tests.unit.infra.test_harness:hold"
    )
    assert peak < 30 << 20


def test_interleave_gives_the_medians_of_both():
    timings = harness.interleave(lambda: time.sleep(0.02), lambda: time.sleep(0.001), 3, warm_up=0)
    assert len(timings.peer_runs) == len(timings.this_runs) == 3
    assert timings.this < timings.peer


@pytest.mark.parametrize(("this", "reached"), [(0.1, True), (0.2, False)])
def test_a_bar_is_a_ratio_of_the_peer(this: float, reached: bool):
    row = harness.against("load", "SimpleITK", 1.0, this, at_most=0.15)
    assert row.reached is reached
    assert "at most 0.15 of SimpleITK" in row.line()


def test_without_the_peer_nothing_is_judged():
    row = harness.against("start", "napari", None, 0.3, at_most=0.25)
    assert row.reached is None
    assert "napari not at hand" in row.line()


def test_both_bars_must_hold():
    assert harness.against("x", "p", 1.0, 5.0, at_least=2, at_most=3).reached is False
    assert harness.against("x", "p", 1.0, 2.5, at_least=2, at_most=3).reached is True


def test_frames_are_counted_in_every_second_and_the_worst_is_told():
    steady = [number / 64 for number in range(64 * 3 + 1)]
    found = frames.rate(steady)
    assert (found.median, found.worst, found.gap_s, found.seconds) == (64, 64, 1 / 64, 3)
    halting = [at for at in steady if not 1.25 < at < 1.5]
    found = frames.rate(halting)
    assert found.worst == 64 - 15
    assert found.gap_s == 0.25


def test_less_than_a_second_of_frames_is_one_rate():
    found = frames.rate([0.0, 0.125, 0.25])
    assert (found.median, found.worst) == (8, 8)
    with pytest.raises(RuntimeError, match="was not painted"):
        frames.rate([0.0])
