"""What is written and drawn over images, on real pixels."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from medapp.domain.geometry import Geometry
from medapp.domain.notice import Notice
from medapp.ui.reading import drawing
from medapp.ui.reading.viewport_model import ViewportModel
from medapp.ui.reading.writing import BOTTOM, HCENTER, LEFT, RIGHT, TOP, VCENTER, WRAP, Writer
from tests.ui.reading.phantoms import Loaded, make_series, make_volume

SIDE = 300


class Heard(Writer):
    """Keeps what is written."""

    def __init__(self, painter: QPainter) -> None:
        super().__init__(painter)
        self.words: list[str] = []

    def write(self, box: QRectF, flags: int, text: str, color: QColor) -> None:
        self.words.append(text)
        super().write(box, flags, text, color)


@pytest.fixture
def sheet(qapp) -> QImage:
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    return image


def plate(*codes: str) -> ViewportModel:
    """A projection of 100 mm."""
    plain = Geometry.from_parts((1, 100, 100), (0, 0, 0), (1, 1, 1))
    geometry = dataclasses.replace(plain, oriented=False, stackable=False)
    volume = make_volume(np.zeros((1, 100, 100), np.int16), geometry=geometry, modality="CR", unit=None)
    model = ViewportModel()
    notices = tuple(Notice(code, "A sentence.") for code in codes)
    model.show(make_series("cr", "CR", kind="stack", notices=notices), Loaded(volume))
    return model


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ((), ["20 mm"]),
        (("detector-spacing",), ["20 mm (at the detector)"]),
        (("spacing-uncertain",), []),
    ],
)
def test_the_scale_bar_says_where_it_holds_and_is_left_out_where_nobody_knows(sheet, codes, words):
    blank = sheet.copy()
    painter = QPainter(sheet)
    writer, model = Heard(painter), plate(*codes)
    drawing.draw_scale(writer, QRectF(sheet.rect()), model, model.placement((SIDE, SIDE)))
    painter.end()
    assert writer.words == words
    assert (sheet == blank) is (not words)


def channel(image: QImage, shift: int) -> np.ndarray:
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    return (pixels >> shift & 255).astype(int)


def around(mask: np.ndarray) -> np.ndarray:
    """All pixels of a mask and their eight neighbours."""
    wide = np.pad(mask, 1)
    rows, columns = mask.shape
    shifts = [wide[y : y + rows, x : x + columns] for y in range(3) for x in range(3)]
    return np.logical_or.reduce(shifts)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("flags", [TOP | LEFT, BOTTOM | RIGHT, HCENTER | VCENTER | WRAP])
def test_letters_on_white_have_dark_on_every_side(sheet, ratio, flags):
    sheet.setDevicePixelRatio(ratio)
    painter = QPainter(sheet)
    box = QRectF(0, 0, SIDE / ratio, SIDE / ratio).adjusted(6, 6, -6, -6)
    Writer(painter).write(box, flags, "W 400  L 40\nAHLR 1|/", QColor(255, 0, 0))
    painter.end()
    red, green = channel(sheet, 16), channel(sheet, 8)
    letters, bright = (red > 200) & (green < 100), green > 100
    assert letters.sum() > 100
    assert not (around(letters) & bright).any()
    assert bright.mean() > 0.8, "the image is covered close to the letters only"


def test_the_scale_bar_has_a_dark_edge(sheet):
    painter = QPainter(sheet)
    model = plate()
    drawing.draw_scale(Writer(painter), QRectF(sheet.rect()), model, model.placement((SIDE, SIDE)))
    painter.end()
    green = channel(sheet, 8)
    row = green[SIDE // 2 - 10]
    assert (row < 10).sum() == 2
    assert row[row.argmin() + 1] > 100
