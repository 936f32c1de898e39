"""Places of the texts of measurements."""

from __future__ import annotations

from itertools import combinations

import pytest

from medapp.ui.reading.labels import Rect, Wanted, placed

CELL = Rect(6, 6, 194, 150)


def inside(place: Rect) -> bool:
    return (
        CELL.left <= place.left
        and CELL.top <= place.top
        and place.right <= CELL.right
        and place.bottom <= CELL.bottom
    )


def test_a_text_stands_to_the_right_of_its_point():
    (place,) = placed((Wanted(50, 60, 70, 14),), CELL, ())
    assert place == Rect(58, 62, 128, 76)


@pytest.mark.parametrize("point", [(190, 148), (190, 10), (7, 148), (0, 0), (150, 80), (400, 400)])
def test_a_text_is_never_cut_by_the_edge(point):
    (place,) = placed((Wanted(*point, 90, 42),), CELL, ())
    assert inside(place)


def test_texts_of_one_point_stand_apart_and_near_it():
    wanted = tuple(Wanted(100, 80, 60, 14) for _ in range(5))
    places = placed(wanted, CELL, ())
    assert all(inside(place) for place in places)
    assert not any(one.overlap(other) for one, other in combinations(places, 2))
    assert max(abs(place.top - 80) for place in places) < 40


def test_texts_keep_off_what_is_written_already():
    corner = Rect(6, 100, 110, 150)
    mark = Rect(180, 60, 194, 90)
    (place,) = placed((Wanted(90, 120, 60, 14),), CELL, (corner, mark))
    assert inside(place)
    assert not place.overlap(corner)
    assert not place.overlap(mark)


def test_a_gap_anywhere_is_found():
    taken = (Rect(6, 6, 194, 100), Rect(6, 100, 70, 150), Rect(140, 100, 194, 150))
    (place,) = placed((Wanted(180, 20, 50, 14),), CELL, taken)
    assert inside(place)
    assert not any(place.overlap(other) for other in taken)


def test_earlier_texts_do_not_move_for_later_ones():
    first, second = Wanted(100, 80, 60, 14), Wanted(102, 82, 60, 14)
    alone = placed((first,), CELL, ())
    assert placed((first, second), CELL, ())[:1] == alone


def test_where_there_is_no_room_a_text_is_still_inside():
    (place,) = placed((Wanted(100, 80, 60, 14),), CELL, (CELL,))
    assert inside(place)
    (large,) = placed((Wanted(100, 80, 400, 300),), CELL, ())
    assert (large.left, large.top) == (CELL.left, CELL.top)
