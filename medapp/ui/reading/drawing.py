"""What is written and drawn over the image of a viewport."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from medapp.ui.reading import measure
from medapp.ui.reading.labels import Rect, Wanted, placed
from medapp.ui.reading.look import look
from medapp.ui.reading.measure_text import length_trust, trust_text
from medapp.ui.reading.orientation import shown_edges
from medapp.ui.reading.text import tr
from medapp.ui.reading.writing import BOTTOM, HCENTER, LEFT, RIGHT, TOP, VCENTER, WRAP, elided

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.ui.reading.corners import Corners
    from medapp.ui.reading.measure import Measurement
    from medapp.ui.reading.read_model import ReadModel
    from medapp.ui.reading.viewport_model import ViewportModel
    from medapp.ui.reading.viewstate import Placement
    from medapp.ui.reading.writing import Writer

_MARGIN = 6
_FAR_AWAY = 24.0
"""px from a point to its text from which on a line leads there."""
_DISC = 9.0
_PROBE_LINES = 2
_WIDEST_PLACE = "L000.0 A000.0 F0000.0 mm"
_SCALE_STEPS = (1, 2, 5, 10, 20, 50, 100, 200)


def draw_corners(writer: Writer, box: QRectF, corners: Corners) -> None:
    """The four corners, the lossy mark and the notices."""
    inner = box.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    half = inner.width() * 0.5
    color = look().text
    line = writer.line
    left_half = QRectF(inner.left(), inner.top(), half, inner.height())
    right_half = left_half.translated(half, 0)
    # The last two lines on the right belong to the lossy mark and to the progress of loading.
    above_marks = right_half.adjusted(0, 0, 0, -2 * line)
    for lines, where, flags in (
        (corners.top_left, left_half, TOP | LEFT),
        (corners.top_right, right_half, TOP | RIGHT),
        (corners.bottom_left, inner, BOTTOM | LEFT),
        (corners.bottom_right, above_marks, BOTTOM | RIGHT),
    ):
        if lines:
            # The middle of the edge belongs to the orientation letters.
            room = int(where.width()) - 2 * _MARGIN
            shown = [elided(words, writer.font, room) for words in lines]
            writer.write(where, flags, "\n".join(shown), color)
    if corners.lossy:
        mark = tr("Lossy: {}").format(corners.lossy)
        where = inner.adjusted(0, 0, 0, -line)
        writer.write(where, BOTTOM | RIGHT, mark, look().warning)
    _draw_notices(writer, inner, corners.notices, max(len(corners.top_left), 1) * line)


def _draw_notices(writer: Writer, inner: QRectF, notices: Sequence[str], below: float) -> None:
    if not notices:
        return
    width = inner.width() * 0.62
    box = QRectF(inner.left(), inner.top() + below + _MARGIN, width, inner.height() * 0.5)
    flags = TOP | LEFT | WRAP
    writer.write(box, flags, "\n".join(f"⚠ {text}" for text in notices), look().warning)


def draw_letters(writer: Writer, box: QRectF, model: ViewportModel) -> None:
    """Orientation letters in the middle of the four edges."""
    found = shown_edges(model)
    if found is None:
        return
    left, top, right, bottom = found
    inner = box.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    color = look().letters
    writer.write(inner, VCENTER | LEFT, left, color)
    writer.write(inner, VCENTER | RIGHT, right, color)
    writer.write(inner, HCENTER | TOP, top, color)
    writer.write(inner, HCENTER | BOTTOM, bottom, color)


def draw_scale(writer: Writer, box: QRectF, model: ViewportModel, place: Placement) -> None:
    """A scale bar at the right edge, only where mm are known; one that holds at the detector says so."""
    grid = model.grid
    trust = length_trust(model)
    if grid is None or trust == "uncertain" or measure.length_unit(model.volume, grid) != "mm":
        return
    room = box.height() * 0.3
    fitting = [step for step in _SCALE_STEPS if step * place.scale <= room]
    if not fitting:
        return
    length = fitting[-1] * place.scale
    x = box.right() - _MARGIN - writer.advance("AFR") - _MARGIN
    y = box.center().y() - length / 2
    painter = writer.painter
    left, top, high = round(x), round(y), round(length)
    bars = (left, top, 1, high), (left - 4, top, 9, 1), (left - 4, round(y + length), 9, 1)
    for bar_x, bar_y, wide, tall in bars:
        painter.fillRect(bar_x - 1, bar_y - 1, wide + 2, tall + 2, look().shadow)
    for bar in bars:
        painter.fillRect(*bar, look().scale)
    # At the foot of the bar: the crosshair mostly runs through its middle.
    flags = RIGHT | BOTTOM
    writer.write(QRectF(x - 90, y, 84, length), flags, f"{fitting[-1]} mm{trust_text(trust)}", look().scale)


def _disc(writer: Writer, box: QRectF) -> QRectF:
    middle = box.bottom() - _MARGIN - writer.line * 0.5
    return QRectF(box.right() - _MARGIN - _DISC, middle - _DISC / 2, _DISC, _DISC)


def draw_loading(writer: Writer, box: QRectF, model: ViewportModel) -> None:
    """The progress mark: an empty, partly filled or full disc, with numbers until it is full."""
    done, count = model.progress()
    if not count:
        return
    painter, line, disc = writer.painter, writer.line, _disc(writer, box)
    painter.setPen(QPen(look().scale, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(disc)
    painter.setBrush(look().good if done == count else look().accent)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPie(disc, 90 * 16, -int(360 * 16 * done / count))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if done < count:
        box_text = QRectF(disc.left() - 200, disc.top() - line, 196, line * 2 + _DISC)
        flags = RIGHT | VCENTER
        writer.write(box_text, flags, tr("loading {} of {}").format(done, count), look().scale)


def draw_crosshair(painter: QPainter, model: ViewportModel, read: ReadModel, place: Placement) -> None:
    """Where the other planes cut this one."""
    grid, lps = model.grid, read.crosshair
    if grid is None or lps is None or not read.links.crosshair:
        return
    if not read.shares_crosshair(model):
        return
    point = model.from_lps(lps)
    if point is None or not (0 <= point[0] + 0.5 <= grid.columns and 0 <= point[1] + 0.5 <= grid.rows):
        return
    x, y = place.to_screen(point[0], point[1])
    x0, y0 = place.x, place.y
    x1, y1 = x0 + place.columns * place.width, y0 + place.rows * place.height
    gap = 12
    # Upright opaque lines are filled, which takes a tenth of drawing them.
    column, row, color = round(x), round(y), look().crosshair
    for left, right in ((x0, x - gap), (x + gap, x1)):
        if left < right:
            painter.fillRect(round(left), row, round(right - left), 1, color)
    for top, bottom in ((y0, y - gap), (y + gap, y1)):
        if top < bottom:
            painter.fillRect(column, round(top), 1, round(bottom - top), color)


def draw_measurements(painter: QPainter, found: Sequence[Measurement], place: Placement) -> None:
    """Lines of the measurements of the shown slice; with a dark edge, as they cross what is bright."""
    for measurement in found:
        points = [QPointF(*place.to_screen(*point)) for point in measurement.points]
        for pen in (QPen(look().shadow, 3.5), QPen(look().measure, 1.5)):
            painter.setPen(pen)
            if measurement.kind == "roi" and len(points) > 1:
                painter.drawEllipse(QRectF(points[0], points[1]).normalized())
                continue
            for one, two in pairwise(points):
                painter.drawLine(one, two)
            for point in points:
                painter.drawLine(point + QPointF(-4, 0), point + QPointF(4, 0))
                painter.drawLine(point + QPointF(0, -4), point + QPointF(0, 4))


def draw_measured(
    writer: Writer,
    box: QRectF,
    anchors: Sequence[tuple[float, float]],
    texts: Sequence[str],
    free: Sequence[Rect] = (),
) -> None:
    """Texts beside measured points; they keep off what this writer has written before.

    Args:
        writer: Of the frame.
        box: The viewport.
        anchors: A point on the screen for every text.
        texts: With their units.
        free: Places that are to stay free.
    """
    left, top, right, bottom = box.left(), box.top(), box.right(), box.bottom()
    bounds = Rect(left + _MARGIN, top + _MARGIN, right - _MARGIN, bottom - _MARGIN)
    room = int(bounds.right - bounds.left)
    wanted = tuple(Wanted(*at, *writer.size(text, room)) for at, text in zip(anchors, texts, strict=True))
    places = placed(wanted, bounds, (*writer.taken(), *free))
    painter, color = writer.painter, look().measure
    for (x, y), text, at in zip(anchors, texts, places, strict=True):
        end = at.nearest(x, y)
        if math.dist((x, y), end) > _FAR_AWAY:
            painter.setPen(QPen(color, 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, y), QPointF(*end))
        wraps = any(writer.advance(line) >= room for line in text.splitlines())
        where = QRectF(at.left, at.top, room, at.bottom - at.top)
        writer.write(where, TOP | LEFT | (WRAP if wraps else 0), text, color)


def anchor(measurement: Measurement, place: Placement, box: QRectF) -> tuple[float, float] | None:
    """The last point of a measurement that is in view; None where none of it is."""
    points = [place.to_screen(*point) for point in measurement.points]
    seen = [point for point in points if box.contains(QPointF(*point))]
    if seen:
        return seen[-1]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, right = max(min(xs), box.left()), min(max(xs), box.right())
    top, bottom = max(min(ys), box.top()), min(max(ys), box.bottom())
    return (right, bottom) if left <= right and top <= bottom else None


def reserved(writer: Writer, box: QRectF, corners: Corners, *, probed: bool) -> list[Rect]:
    """Places that other texts keep off: the progress mark, and the lower left corner.

    The corner is taken with the lines of the value under the pointer, so that no text jumps when it comes.
    """
    lines = len(corners.bottom_left) + (0 if probed else _PROBE_LINES)
    width = max(map(writer.advance, (*corners.bottom_left, _WIDEST_PLACE)))
    left, bottom = box.left() + _MARGIN, box.bottom() - _MARGIN
    top, right = bottom - lines * writer.line - _MARGIN, left + min(width + _MARGIN, box.width() / 2)
    corner = Rect(left, top, right, bottom)
    disc = _disc(writer, box)
    return [corner, Rect(disc.left(), disc.top(), disc.right(), disc.bottom())]


def draw_message(writer: Writer, box: QRectF, text: str, *, warning: bool = False) -> None:
    """A sentence in the middle: an empty or failed viewport, a slice without pixels."""
    color = look().warning if warning else look().hint
    flags = HCENTER | VCENTER | WRAP
    writer.write(box.adjusted(40, 40, -40, -40), flags, text, color)


def draw_brush(painter: QPainter, center: tuple[float, float], radius: float, *, erase: bool) -> None:
    """The circle that the brush would paint."""
    if not math.isfinite(radius):
        return
    pen = QPen(look().warning if erase else look().accent, 1.5)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(*center), radius, radius)


def draw_key_mark(writer: Writer, box: QRectF) -> None:
    """The slice is a key image."""
    line = writer.line
    where = box.adjusted(_MARGIN, _MARGIN + line, -_MARGIN, 0)
    flags = TOP | HCENTER
    writer.write(where, flags, tr("★ key image"), look().accent)
