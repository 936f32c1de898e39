"""The compiled drawing and the one in numpy give the same pixels."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from medapp.domain.volume import Window
from medapp.ui.reading import render_numpy, voi
from medapp.ui.reading.backend import load_kernels
from medapp.ui.reading.overlay import OverlayModel, parse_color
from medapp.ui.reading.planes import plane_grids
from medapp.ui.reading.render import Renderer
from medapp.ui.reading.reslice import PlaneImage, PlaneReader
from medapp.ui.reading.viewstate import Placement, ViewState
from tests.ui.reading.phantoms import Loaded

BLACK = 0xFF000000


def renderer(functions: object) -> Renderer:
    return Renderer(SimpleNamespace(functions=functions))


def channels(pixels: np.ndarray) -> np.ndarray:
    return np.stack([(pixels >> shift) & 255 for shift in (16, 8, 0)], axis=-1).astype(int)


@pytest.mark.parametrize(
    "state", [ViewState(), ViewState(zoom=2.5, pan=(9, -4)), ViewState(zoom=0.2, turns=1)]
)
@pytest.mark.parametrize("outline", [True, False])
def test_compiled_drawing_equals_numpy(volume, segmentation, state, outline):
    overlay = OverlayModel()
    overlay.set_segmentation(segmentation)
    overlay.set_outline(outline)
    grid = plane_grids(volume.geometry)["axial"]
    image = PlaneReader(Loaded(volume)).image(grid, 8, 0.0, segmentation.array)
    place = Placement.of(grid, state, 230, 190)
    table = voi.gray_table(volume, Window(40, 200))
    made = [
        renderer(functions).draw(image, place, (230, 190), table, overlay.table(), BLACK).copy()
        for functions in (load_kernels(), render_numpy)
    ]
    difference = np.abs(channels(made[0]) - channels(made[1]))
    assert difference.max() <= 2
    assert len(np.unique(made[0])) > 20


@pytest.mark.parametrize("turns", [0, 3])
def test_colour_is_drawn_as_it_is(turns):
    rng = np.random.default_rng(0)
    values = rng.integers(0, 255, (24, 32, 3)).astype(np.uint8)
    image = PlaneImage(values, np.zeros((0, 0), np.uint16))
    from medapp.domain.geometry import Geometry

    grid = plane_grids(Geometry.unknown((1, 24, 32)))["acquisition"]
    place = Placement.of(grid, ViewState(turns=turns), 200, 200)
    table = OverlayModel().table()
    made = [
        renderer(functions).draw(image, place, (200, 200), None, table, BLACK).copy()
        for functions in (load_kernels(), render_numpy)
    ]
    assert np.abs(channels(made[0]) - channels(made[1])).max() <= 1
    x, y = place.to_screen(5, 7)
    assert np.abs(channels(made[0])[int(y), int(x)] - values[7, 5]).max() <= 40


def test_a_label_tints_hides_and_outlines(volume, segmentation):
    overlay = OverlayModel()
    overlay.set_segmentation(segmentation)
    grid = plane_grids(volume.geometry)["axial"]
    image = PlaneReader(Loaded(volume)).image(grid, 8, 0.0, segmentation.array)
    place = Placement.of(grid, ViewState(), 512, 384)
    table = voi.gray_table(volume, Window(40, 200))

    def pixel(column: float, row: float) -> tuple[int, ...]:
        pixels = renderer(render_numpy).draw(image, place, (512, 384), table, overlay.table(), BLACK)
        x, y = place.to_screen(column, row)
        return tuple(int(n) for n in channels(pixels)[int(y), int(x)])

    inside = 30.0, 20.0
    tinted = pixel(*inside)
    assert len(set(tinted)) == 3
    overlay.set_visible(1, visible=False)
    gray = pixel(*inside)
    assert len(set(gray)) == 1
    overlay.set_visible(1, visible=True)
    overlay.set_opacity(1.0)
    full = pixel(*inside)
    assert sum(p << s for p, s in zip(full, (16, 8, 0), strict=True)) == parse_color("#56b4e9")
    overlay.set_shown(shown=False)
    assert pixel(*inside) == gray


def test_a_colour_that_cannot_be_read_does_not_hide_a_label():
    assert parse_color("#010203") == 0x010203
    assert parse_color("red") == 0xE69F00


def test_looks_of_labels_are_kept_when_the_same_result_comes_again(segmentation):
    overlay = OverlayModel()
    overlay.set_segmentation(segmentation)
    overlay.set_color(2, "#112233")
    overlay.set_active_label(2)
    overlay.set_segmentation(segmentation)
    assert overlay.style(2).color == "#112233"
    assert overlay.active_label == 2
    overlay.set_segmentation(None)
    assert overlay.labels == ()
