from __future__ import annotations

import numpy as np
import pytest

from medapp.domain.geometry import Geometry
from medapp.ui.reading.planes import plane_grids
from medapp.ui.reading.reslice import PlaneImage
from medapp.ui.reading.viewstate import Placement, ViewState, zoom_about

SCREEN = (400.0, 300.0)


@pytest.fixture
def grid():
    return plane_grids(Geometry.from_parts((5, 20, 30), (0, 0, 0), (1, 1.5, 2)))["axial"]


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("flipped", [False, True])
def test_screen_and_plane_are_inverse(grid, turns, flipped):
    place = Placement.of(grid, ViewState(turns=turns, flipped=flipped, zoom=1.7, pan=(3, -4)), *SCREEN)
    for point in ((0, 0), (7.25, 3.5), (29, 19)):
        assert place.to_plane(*place.to_screen(*point)) == pytest.approx(point)


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("flipped", [False, True])
def test_the_drawn_pixels_lie_where_the_placement_says(grid, turns, flipped):
    values = np.arange(grid.rows * grid.columns, dtype=np.int16).reshape(grid.rows, grid.columns)
    place = Placement.of(grid, ViewState(turns=turns, flipped=flipped), *SCREEN)
    shown, _ = PlaneImage(values, np.zeros((0, 0), np.uint16)).turned(flipped, turns)
    assert shown.shape == (place.rows, place.columns)
    x, y = place.to_screen(7, 3)
    column, row = round((x - place.x) / place.width - 0.5), round((y - place.y) / place.height - 0.5)
    assert shown[row, column] == values[3, 7]


def test_the_image_fits_with_square_millimetres(grid):
    place = Placement.of(grid, ViewState(), *SCREEN)
    assert place.height / place.width == pytest.approx(1.5)
    assert place.rows * place.height == pytest.approx(300)


def test_flips_work_on_the_screen_whatever_the_turn(grid):
    for turns in range(4):
        state = ViewState(turns=turns, pan=(2.0, 5.0))
        before = Placement.of(grid, state, *SCREEN).to_screen(3, 4)
        across = Placement.of(grid, state.flip_horizontally(), *SCREEN).to_screen(3, 4)
        assert across == pytest.approx((400 - before[0], before[1]))
        down = Placement.of(grid, state.flip_vertically(), *SCREEN).to_screen(3, 4)
        assert down == pytest.approx((before[0], 300 - before[1]))
        assert state.flip_horizontally().flip_horizontally() == state
        assert state.turn().turn().turn().turn() == state


def test_zoom_keeps_what_lies_under_the_cursor(grid):
    state = ViewState(zoom=1.3, pan=(4.0, -2.0))
    place = Placement.of(grid, state, *SCREEN)
    point = (310.0, 70.0)
    under = place.to_plane(*point)
    zoomed = zoom_about(state, 2.5, point, SCREEN, place.scale)
    assert Placement.of(grid, zoomed, *SCREEN).to_plane(*point) == pytest.approx(under)


def test_zoom_has_ends(grid):
    assert zoom_about(ViewState(), 1e9, (0, 0), SCREEN, 1.0).zoom == 64.0
    assert zoom_about(ViewState(), 1e-9, (0, 0), SCREEN, 1.0).zoom == 0.05
