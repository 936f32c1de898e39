"""What is written and drawn over images, on real pixels."""

from __future__ import annotations

import dataclasses
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from medapp.domain.geometry import Geometry
from medapp.domain.notice import Notice
from medapp.ui.reading import drawing
from medapp.ui.reading.corners import Corners
from medapp.ui.reading.labels import Rect
from medapp.ui.reading.measure import Measurement
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


def test_measured_texts_are_whole_and_apart_in_a_small_pane(sheet):
    sheet = sheet.copy(0, 0, 190, 150)
    painter = QPainter(sheet)
    writer, box = Writer(painter), QRectF(sheet.rect())
    drawing.draw_corners(writer, box, Corners(top_left=("Test, Person",), bottom_left=("W 400  L 40 HU",)))
    painter.setPen(Qt.PenStyle.NoPen)
    texts = [
        "mean 32.4 ± 19.5 HU\n26 – 39\n792 mm²",
        "21.4 mm",
        "129.7°",
        "9 px² (" + "long words " * 8 + ")",
    ]
    before = len(writer.taken())
    drawing.draw_measured(writer, box, [(180, 140), (181, 141), (95, 70), (2, 2)], texts)
    painter.end()
    new = writer.taken()[before:]
    assert len(new) == len(texts)
    for place in new:
        assert place.right - place.left > 20
        assert 0 <= place.left < place.right <= 190
        assert 0 <= place.top < place.bottom <= 150
    assert not any(_shared(one, other) for one, other in combinations(writer.taken()[: before + 3], 2))


def _shared(one: Rect, other: Rect) -> bool:
    return min(one.right, other.right) > max(one.left, other.left) and min(one.bottom, other.bottom) > max(
        one.top, other.top
    )


def test_a_text_stands_at_the_last_point_in_view():
    model = plate()
    box = QRectF(0, 0, SIDE, SIDE)
    model.set_state(dataclasses.replace(model.state, zoom=4.0))
    place = model.placement((SIDE, SIDE))

    def at(*points: tuple[float, float]) -> tuple[float, float] | None:
        return drawing.anchor(Measurement("distance", "cr", "acquisition", 0, points), place, box)

    assert at((50, 50), (0, 50)) == pytest.approx(place.to_screen(50, 50))
    through = at((50, 0), (52, 99))
    assert through is not None
    assert box.contains(QPointF(*through))
    assert at((50, 0), (50, 99)) is not None
    assert at((0, 0), (5, 5)) is None


@pytest.mark.parametrize("kind", ["distance", "roi"])
def test_measured_lines_have_a_dark_edge(sheet, kind):
    model = plate()
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    found = [Measurement(kind, "cr", "acquisition", 0, ((20, 50), (70, 70)))]
    drawing.draw_measurements(painter, found, model.placement((SIDE, SIDE)))
    painter.end()
    red, blue = channel(sheet, 16), channel(sheet, 0)
    lines, bright = (red > 200) & (blue < 150), blue > 200
    assert lines.sum() > 100
    assert not (around(lines) & bright).any()


def test_the_place_for_the_value_under_the_pointer_is_kept_free(sheet):
    painter = QPainter(sheet)
    writer, box = Writer(painter), QRectF(sheet.rect())
    lines = ("W 400  L 40 HU", "Zoom 100 %")
    still = drawing.reserved(writer, box, Corners(bottom_left=lines), probed=False)
    hover = Corners(bottom_left=(*lines, "17 HU", "L1.0 A2.0 F3.2 mm"))
    assert drawing.reserved(writer, box, hover, probed=True) == still
    painter.end()
