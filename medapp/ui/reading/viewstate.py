"""What a viewport shows, and how a point of its screen maps to the plane it shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medapp.domain.volume import Window
    from medapp.ui.reading.planes import PlaneGrid, PlaneName

SMALLEST_ZOOM = 0.05
LARGEST_ZOOM = 64.0


@dataclass(frozen=True)
class ViewState:
    """One viewport.

    Attributes:
        plane, index: What is shown.
        window: Linear window in real values, or None for the file's own VOI LUT.
        preset: Key of the preset the window came from, "" after it was changed by hand.
        zoom: 1 where the image just fits.
        pan: Shift of the image's centre on the screen, in mm (or pixels where mm are not known).
        flipped, turns: First flipped left to right, then turned clockwise by quarters.
        inverted: Exchanges black and white of what the file asks for.
        slab_mm: Thickness of a maximum-intensity slab around the slice, 0 for none.
    """

    plane: PlaneName = "acquisition"
    index: int = 0
    window: Window | None = None
    preset: str = ""
    zoom: float = 1.0
    pan: tuple[float, float] = (0.0, 0.0)
    flipped: bool = False
    turns: int = 0
    inverted: bool = False
    slab_mm: float = 0.0

    def flip_horizontally(self) -> ViewState:
        """Flip left to right on the screen, whatever the turn."""
        return replace(self, flipped=not self.flipped, turns=-self.turns % 4, pan=(-self.pan[0], self.pan[1]))

    def flip_vertically(self) -> ViewState:
        """Flip top to bottom on the screen."""
        turns = (2 - self.turns) % 4
        return replace(self, flipped=not self.flipped, turns=turns, pan=(self.pan[0], -self.pan[1]))

    def turn(self) -> ViewState:
        """Turn clockwise by 90 degrees about the centre of the screen."""
        return replace(self, turns=(self.turns + 1) % 4, pan=(-self.pan[1], self.pan[0]))


@dataclass(frozen=True)
class Placement:
    """Where the image, already flipped and turned, lies on the screen.

    Attributes:
        x, y: Screen pixel of its left and top edge.
        width, height: Screen pixels of one image pixel.
        columns, rows: Its size in image pixels, after the turn.
        scale: Screen pixels per mm (or per pixel where mm are not known).
    """

    x: float
    y: float
    width: float
    height: float
    columns: int
    rows: int
    scale: float
    flipped: bool
    turns: int

    @classmethod
    def of(cls, grid: PlaneGrid, state: ViewState, width: float, height: float) -> Placement:
        """Place a plane on a screen of `width` by `height` pixels."""
        turned = bool(state.turns % 2)
        columns, rows = (grid.rows, grid.columns) if turned else (grid.columns, grid.rows)
        wide, high = (grid.pixel[1], grid.pixel[0]) if turned else grid.pixel
        scale = state.zoom * min(max(width, 1.0) / (columns * wide), max(height, 1.0) / (rows * high))
        x = width / 2 + (state.pan[0] - columns * wide / 2) * scale
        y = height / 2 + (state.pan[1] - rows * high / 2) * scale
        return cls(x, y, wide * scale, high * scale, columns, rows, scale, state.flipped, state.turns % 4)

    def to_plane(self, x: float, y: float) -> tuple[float, float]:
        """(column, row) under a screen point; whole numbers are centres of pixels."""
        column = (x - self.x) / self.width - 0.5
        row = (y - self.y) / self.height - 0.5
        columns, rows = self.columns, self.rows
        for _ in range(self.turns):
            # Undo one clockwise turn: what is now at (column, row) came from (row, columns - 1 - column).
            column, row = row, columns - 1 - column
            columns, rows = rows, columns
        if self.flipped:
            column = columns - 1 - column
        return column, row

    def to_screen(self, column: float, row: float) -> tuple[float, float]:
        """Screen point of (column, row) of the plane."""
        columns, rows = (self.rows, self.columns) if self.turns % 2 else (self.columns, self.rows)
        if self.flipped:
            column = columns - 1 - column
        for _ in range(self.turns):
            column, row = rows - 1 - row, column
            columns, rows = rows, columns
        return self.x + (column + 0.5) * self.width, self.y + (row + 0.5) * self.height


def zoom_about(
    state: ViewState, factor: float, point: tuple[float, float], screen: tuple[float, float], scale: float
) -> ViewState:
    """Zoom so that what lies under `point` stays there.

    Args:
        state: Before.
        factor: Above 1 enlarges.
        point: Screen pixel.
        screen: Width and height.
        scale: Screen pixels per unit before, from `Placement.scale`.
    """
    zoom = min(max(state.zoom * factor, SMALLEST_ZOOM), LARGEST_ZOOM)
    ratio = zoom / state.zoom
    pan = tuple(
        p * 1.0 + (point[n] - screen[n] / 2) / scale * (1 / ratio - 1) for n, p in enumerate(state.pan)
    )
    return replace(state, zoom=zoom, pan=(pan[0], pan[1]))
