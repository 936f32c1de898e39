"""Draw a plane into the pixels of a viewport."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from medapp.domain.arrays import np
from medapp.ui.reading.backend import BACKEND

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.ui.reading.backend import Backend
    from medapp.ui.reading.reslice import PlaneImage
    from medapp.ui.reading.viewstate import Placement
    from medapp.ui.reading.voi import GrayTable

_SMALLEST = 0.5
"""Below this many screen pixels per image pixel the image is averaged first, against aliasing."""


@dataclass(frozen=True, eq=False)
class OverlayTable:
    """How labels are drawn.

    Attributes:
        colors: 0xRRGGBB by label value, then those of missing and of failed data.
        alphas: 0 to 256 by label value; -1 hides label and outline.
        outline: Draw the borders opaque.
        reach: Width of the border in screen pixels.
    """

    colors: NDArray[np.uint32]
    alphas: NDArray[np.int64]
    outline: bool = True
    reach: int = 1


class Renderer:
    """Owns the pixels of one viewport and redraws them in place."""

    def __init__(self, backend: Backend = BACKEND) -> None:
        """Start with no pixels."""
        self._backend = backend

    @cached_property
    def pixels(self) -> NDArray[np.uint32]:
        """The buffer, (height, width) uint32 0xAARRGGBB; empty before anything was drawn."""
        return np.zeros((0, 0), dtype=np.uint32)

    def draw(
        self,
        image: PlaneImage,
        placement: Placement,
        size: tuple[int, int],
        table: GrayTable | None,
        overlay: OverlayTable,
        background: int,
    ) -> NDArray[np.uint32]:
        """Draw into the renderer's buffer.

        Args:
            image: The plane, unflipped.
            placement: In physical pixels.
            size: Width and height in physical pixels.
            table: None for colour.
            overlay: For ``image.labels``.
            background: 0xAARRGGBB outside the image.

        Returns:
            (height, width) uint32 0xAARRGGBB; the same buffer every time.
        """
        width, height = max(size[0], 1), max(size[1], 1)
        if self.pixels.shape != (height, width):
            self.pixels = np.empty((height, width), dtype=np.uint32)
        factor = _reduction(placement)
        shown, labels = image.turned(placement.flipped, placement.turns, factor)
        place = np.array(
            (placement.x, placement.y, placement.width * factor, placement.height * factor), dtype=np.float64
        )
        functions = self._backend.functions
        looks = (overlay.colors, overlay.alphas, overlay.outline, overlay.reach)
        tail = (*looks, np.uint32(background), self.pixels)
        if table is None:
            functions.draw_color(shown, labels, place, *tail)
        else:
            functions.draw_gray(shown, labels, place, table.pixels, table.gain, table.offset, *tail)
        return self.pixels


def _reduction(placement: Placement) -> int:
    factor = 1
    while max(placement.width, placement.height) * factor < _SMALLEST:
        factor *= 2
    return factor


def reduced(image: NDArray[np.generic], factor: int) -> NDArray[np.generic]:
    """Means over blocks of `factor` by `factor` pixels; the last, partial ones are averaged too."""
    if factor == 1:
        return image
    starts = [np.arange(0, image.shape[axis], factor) for axis in (0, 1)]
    total = np.add.reduceat(image, starts[0], axis=0, dtype=np.float32)
    total = np.add.reduceat(total, starts[1], axis=1)
    counts = [np.minimum(factor, image.shape[axis] - starts[axis]) for axis in (0, 1)]
    share = (counts[0][:, None] * counts[1][None, :]).astype(np.float32)
    mean = total / (share[..., None] if image.ndim == 3 else share)  # noqa: PLR2004 - colour
    if image.dtype.kind in "iu":
        mean = np.floor(mean + 0.5)
    return np.asarray(mean.astype(image.dtype))


@cache
def no_labels() -> NDArray[np.uint16]:
    """What stands for "no overlay"."""
    return np.zeros((0, 0), dtype=np.uint16)
