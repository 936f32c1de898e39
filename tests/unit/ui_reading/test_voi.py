from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from medapp.domain.volume import LookupTable, Window
from medapp.ui.reading import voi
from tests.ui.reading.phantoms import make_volume


def gray(table: voi.GrayTable, value: float) -> int:
    if not len(table.pixels):
        return int(np.clip(value * table.gain + table.offset, 0, 255))
    index = int(np.clip(value * table.gain + table.offset, 0, len(table.pixels) - 1))
    return int(table.pixels[index]) & 255


def test_linear_window_follows_the_standard():
    # PS3.3 C.11.2.1.2.1: c=2048, w=4096 maps 0..4095 onto 0..255.
    real = np.array([0.0, 4095.0, 2047.5, -100, 9000])
    assert voi.apply_window(real, Window(2048, 4096)) == pytest.approx([0, 255, 127.5, 0, 255])
    # w=1: everything above c - 0.5 is white.
    assert voi.apply_window(np.array([1.5, 1.51]), Window(2, 1)).tolist() == [0.0, 255.0]
    # LINEAR_EXACT, C.11.2.1.3.2: the ends lie at c +- w/2.
    exact = Window(2048, 4096, "", "LINEAR_EXACT")
    assert voi.apply_window(np.array([0.0, 4096, 2048]), exact) == pytest.approx([0, 255, 127.5])
    sigmoid = voi.apply_window(np.array([50.0, 75.0]), Window(50, 100, "", "SIGMOID"))
    assert sigmoid == pytest.approx([127.5, 255 / (1 + np.exp(-1))])


@pytest.mark.parametrize("kind", [np.int16, np.uint16, np.uint8, np.int8, np.int32, np.float32, np.float64])
def test_every_type_gets_the_same_grey(kind):
    volume = make_volume(np.full((2, 3, 4), 100, kind))
    table = voi.gray_table(volume, Window(100, 200, "", "LINEAR_EXACT"))
    assert gray(table, 100) in {127, 128}
    assert gray(table, 50) in {63, 64}
    assert gray(table, 0) <= 1


def test_rescale_and_inversion():
    volume = dataclasses.replace(make_volume(), slope=2.0, intercept=-100.0)
    window = Window(100, 100, "", "LINEAR_EXACT")
    assert gray(voi.gray_table(volume, window), 75) == 0
    assert gray(voi.gray_table(volume, window), 125) == 255
    assert gray(voi.gray_table(volume, window, inverted=True), 125) == 0
    negative = dataclasses.replace(volume, inverted=True)
    assert gray(voi.gray_table(negative, window), 125) == 0
    assert gray(voi.gray_table(negative, window, inverted=True), 125) == 255


def test_negative_slope_of_a_float_volume():
    volume = dataclasses.replace(make_volume(np.zeros((2, 2, 2), np.float32)), slope=-1.0)
    table = voi.gray_table(volume, Window(0, 100, "", "LINEAR_EXACT"))
    assert gray(table, -49) > 250
    assert gray(table, 49) < 5


def test_voi_table_of_the_file():
    table = LookupTable(10, np.array([0, 100, 4095], np.uint16), 12)
    volume = dataclasses.replace(make_volume(), voi_lut=table)
    window, preset = voi.first_window(volume, range(20))
    assert window is None
    assert preset == "1"
    drawn = voi.gray_table(volume, None)
    assert [gray(drawn, value) for value in (-5, 10, 11, 12, 500)] == [0, 0, 6, 255, 255]
    assert voi.table_window(table).width == 3


def test_automatic_window_leaves_out_tails_and_padding():
    array = np.zeros((4, 100, 100), np.int16)
    array[:] = np.arange(100) * 10
    array[0, 0, 0] = 30000
    array[:, :, :5] = -2000
    volume = dataclasses.replace(make_volume(array), padding=(-2000, -2000))
    window = voi.automatic_window(volume, range(4))
    assert window is not None
    assert window.center - window.width / 2 == pytest.approx(50, abs=2)
    assert window.center + window.width / 2 == pytest.approx(990, abs=2)


def test_automatic_window_of_nothing():
    volume = make_volume()
    assert voi.automatic_window(volume, ()) is None
    color = make_volume(np.zeros((2, 4, 4, 3), np.uint8))
    assert voi.automatic_window(color, range(2)) is None
    blank = voi.automatic_window(make_volume(np.zeros((2, 4, 4), np.int16)), range(2))
    assert blank is not None
    assert blank.width > 0


def test_first_window_is_the_files_own_else_automatic():
    volume = make_volume()
    assert voi.first_window(volume, range(20)) == (Window(40, 400), "1")
    bare = dataclasses.replace(volume, windows=())
    assert voi.first_window(bare, range(20))[1] == "0"


def test_dragging():
    start = Window(40, 400)
    wider = voi.dragged(start, 10, 0, 512, from_zero=False)
    assert (wider.center, wider.width) == (40, 410)
    brighter = voi.dragged(start, 0, 10, 512, from_zero=False)
    assert (brighter.center, brighter.width) == (30, 400)
    assert voi.dragged(start, -1e6, 0, 512, from_zero=False).width > 0
    pet = voi.dragged(Window(5, 10), 100, 10, 512, from_zero=True)
    assert pet.center - pet.width / 2 == pytest.approx(0)
    assert pet.width == 0 or pet.width < 10
