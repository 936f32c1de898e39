"""Heat maps of an answer on paper, over the images that they lie on."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from medapp.services.heat_picture import hottest, picture
from medapp.services.pdf_sheet import styles
from medapp.services.pdf_text import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportlab.platypus import Flowable

    from medapp.domain.finding import HeatMap
    from medapp.domain.patient import Series
    from medapp.domain.volume import Volume
    from medapp.services.inbox import InboxItem

_MOST: Final = 6
_WIDEST: Final = 190.0
"""Points."""


def heat_maps(item: InboxItem, series: Series | None) -> Iterator[Flowable]:
    """The first maps with what they show; without their images where these cannot be read."""
    from reportlab.platypus import Paragraph, Spacer

    maps = item.result.heat_maps[:_MOST]
    if not maps:
        return
    volume = _images(series)
    style = styles()
    yield Spacer(1, 8)
    yield Paragraph("Heat maps", style["heading"])
    said = "They show what the model looked at, not where a disease is."
    if volume is None:
        said += " The images could not be read: they are shown without them."
    left_out = len(item.result.heat_maps) - len(maps)
    yield Paragraph(f"{said} {left_out} more are not on this sheet." if left_out else said, style["small"])
    yield Spacer(1, 4)
    yield _grid([_drawn(one, volume) for one in maps])


def _images(series: Series | None) -> Volume | None:
    from medapp.formats.dicom.load import load_volume
    from medapp.formats.errors import UnreadableError

    if series is None or not series.instances:
        return None
    try:
        return load_volume(series)
    except (UnreadableError, OSError, ValueError):
        return None


def _drawn(heat: HeatMap, volume: Volume | None) -> list[Flowable]:
    from PIL import Image as Pixels
    from reportlab.platypus import Image, Paragraph

    k = hottest(heat)
    found = Pixels.fromarray(picture(heat, volume, k))
    content = io.BytesIO()
    found.save(content, "PNG")
    content.seek(0)
    scale = _WIDEST / max(found.size)
    place = f", slice {k + 1} of {len(heat.array)}" if len(heat.array) > 1 else ""
    told = Paragraph(marked(f"{heat.title}, by {heat.method}{place}"), styles()["small"])
    return [Image(content, found.width * scale, found.height * scale), told]


def _grid(cells: list[list[Flowable]]) -> Flowable:
    from reportlab.platypus import Table

    rows = [cells[at : at + 2] for at in range(0, len(cells), 2)]
    if len(rows[-1]) < len(rows[0]):
        rows[-1].append([])
    return Table(rows, hAlign="LEFT", style=[("VALIGN", (0, 0), (-1, -1), "TOP")])
