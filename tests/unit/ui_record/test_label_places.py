"""Where titles stand in one row of the time line."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from medapp.ui.record.label_places import GAP, Label, labels_of_row


def test_a_wide_bar_has_its_title_within_and_a_mark_beside() -> None:
    found = labels_of_row([100.0, 400.0], [200.0, 404.0], [60.0, 70.0], 1000.0)
    assert found == [Label(0, 100.0 + GAP, 60.0), Label(1, 404.0 + GAP, 70.0)]


def test_a_bar_that_began_before_the_view_has_its_title_at_the_edge() -> None:
    assert labels_of_row([-500.0], [300.0], [50.0], 1000.0) == [Label(0, GAP, 50.0)]


def test_what_has_no_room_at_the_right_edge_stands_before_its_mark_whole() -> None:
    (label,) = labels_of_row([960.0], [964.0], [120.0], 1000.0)
    assert label.left + label.room == 960.0 - GAP
    assert label.room == 120.0


def test_without_room_on_either_side_a_title_is_cut_or_left_out() -> None:
    found = labels_of_row([0.0, 300.0], [290.0, 980.0], [80.0, 900.0], 1000.0)
    assert found[1] == Label(1, 304.0, 692.0)
    assert labels_of_row([10.0, 20.0], [14.0, 24.0], [100.0, 100.0], 50.0) == []


def test_titles_of_a_row_never_lie_on_each_other() -> None:
    rng = np.random.default_rng(5)
    for _ in range(200):
        firsts = np.sort(rng.uniform(-200, 1200, 12))
        lasts = firsts + np.minimum(np.diff(firsts, append=1300.0), rng.uniform(4, 200, 12))
        widths = rng.uniform(20, 300, 12)
        found = labels_of_row(firsts.tolist(), lasts.tolist(), widths.tolist(), 1200.0)
        places = sorted((one.left, one.left + one.room) for one in found)
        assert all(end <= start for (_, end), (start, _) in pairwise(places))
        for one in found:
            others = [at for at in range(12) if at != one.mark]
            right = one.left + one.room
            hit = [at for at in others if firsts[at] < right - 1e-6 and lasts[at] > one.left + 1e-6]
            assert hit == [], "a title does not lie on another mark either"
