"""How a segmentation is laid over the images."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from medapp.domain.arrays import np
from medapp.ui.reading.events import Event
from medapp.ui.reading.render import OverlayTable
from medapp.ui.style import tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.domain.segmentation import Label, Segmentation


@dataclass(frozen=True)
class LabelStyle:
    """One label: ``#rrggbb``, and whether it is drawn."""

    color: str
    visible: bool = True


class OverlayModel:
    """Opacity, outline, colours and visibility; the segmentation itself; one switch for all of it."""

    def __init__(self) -> None:
        """Start without a segmentation."""
        self.changed = Event()
        self.segmentation: Segmentation | None = None
        self.shown = True
        self.opacity = 0.35
        self.outline = True
        self.active_label = 1
        self._styles: dict[int, LabelStyle] = {}
        self._table: OverlayTable | None = None
        self._shown_values: NDArray[np.uint16] | None = None

    @property
    def labels(self) -> tuple[Label, ...]:
        """Of the segmentation."""
        return self.segmentation.labels if self.segmentation is not None else ()

    def set_segmentation(self, segmentation: Segmentation | None) -> None:
        """Show another segmentation; looks of labels with the same value and name are kept."""
        before = {label.value: label.name for label in self.labels}
        self.segmentation = segmentation
        self._styles = {
            label.value: self._styles[label.value]
            if before.get(label.value) == label.name and label.value in self._styles
            else LabelStyle(label.color)
            for label in self.labels
        }
        if self.active_label not in self._styles and self._styles:
            self.active_label = min(self._styles)
        self._announce()

    def style(self, value: int) -> LabelStyle:
        """Of a label.

        Raises:
            KeyError: Where the segmentation has no such label.
        """
        return self._styles[value]

    def set_opacity(self, opacity: float) -> None:
        """From 0 (outline only) to 1."""
        self.opacity = min(max(opacity, 0.0), 1.0)
        self._announce()

    def set_outline(self, outline: bool) -> None:
        """Draw borders or not."""
        self.outline = outline
        self._announce()

    def set_shown(self, shown: bool) -> None:
        """Switch the whole overlay."""
        self.shown = shown
        self._announce()

    def toggle(self) -> None:
        """Switch the whole overlay on or off."""
        self.set_shown(not self.shown)

    def set_visible(self, value: int, visible: bool) -> None:
        """Show or hide one label."""
        self._styles[value] = replace(self._styles[value], visible=visible)
        self._announce()

    def set_color(self, value: int, color: str) -> None:
        """Colour one label, ``#rrggbb``."""
        self._styles[value] = replace(self._styles[value], color=color)
        self._announce()

    def set_active_label(self, value: int) -> None:
        """The label that the brush paints."""
        self.active_label = value
        self.changed.emit()

    def table(self, reach: int = 1) -> OverlayTable:
        """The looks as the kernels take them."""
        if self._table is None or self._table.reach != reach:
            top = max(self._styles, default=0)
            colors = np.zeros(top + 3, dtype=np.uint32)
            alphas = np.full(top + 1, -1, dtype=np.int64)
            for value, style in self._styles.items():
                colors[value] = parse_color(style.color)
                if style.visible and self.shown:
                    alphas[value] = round(self.opacity * 256)
            # Data that is missing or has failed has a colour that is no grey of an image.
            style_in_use = tokens.current()
            colors[-2:] = (parse_color(style_in_use.missing), parse_color(style_in_use.broken))
            self._table = OverlayTable(colors | np.uint32(0xFF000000), alphas, self.outline, reach)
        return self._table

    def shown_values(self) -> NDArray[np.uint16] | None:
        """By voxel value the label to be drawn: where labels overlap, the topmost that is visible.

        None where no labels overlap, so that every voxel shows its own.
        """
        overlaps = self.segmentation.overlaps if self.segmentation is not None else {}
        if overlaps and self._shown_values is None:
            values = np.arange(max(*self._styles, *overlaps) + 1, dtype=np.uint16)
            for value, labels in overlaps.items():
                values[value] = next((one for one in reversed(labels) if self._styles[one].visible), 0)
            self._shown_values = values
        return self._shown_values

    def _announce(self) -> None:
        self._table = self._shown_values = None
        self.changed.emit()


def parse_color(text: str) -> int:
    """0xRRGGBB of ``#rrggbb``; the first label colour where it cannot be read, so that no label vanishes."""
    fitting = re.fullmatch(r"#?([0-9a-fA-F]{6})", text) or re.fullmatch(r"#(.{6})", tokens.LABEL_COLORS[0])
    return int(fitting[1], 16) if fitting is not None else 0
