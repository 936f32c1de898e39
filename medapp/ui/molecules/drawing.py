"""Drawings of structures, made off the GUI thread by a process of their own, and kept. No widgets."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from medapp.services.structures import Differences, Draughtsman, Drawing, Look
from medapp.ui.background import Background
from medapp.ui.style import tokens

if TYPE_CHECKING:
    from collections.abc import Callable

_KEPT: Final = 400
_SECONDS: Final = 2
"""For what two molecules differ in: meanwhile nothing is drawn."""
_NUMBERS: Final = {"O": 8, "N": 7, "S": 16, "F": 9, "Cl": 17, "Br": 35, "I": 53, "P": 15}


def look() -> Look:
    """Colours of atoms in the look in use: those of labels, which colour-blind readers tell apart."""
    colors = tokens.current()
    marks = {
        "O": colors.error, "N": colors.info, "S": colors.warning, "F": colors.success, "Cl": colors.success,
        "Br": colors.success, "I": colors.success, "P": colors.warning,
    }  # fmt: skip
    palette = {-1: colors.text, 6: colors.text, 1: colors.text}
    palette |= {_NUMBERS[name]: color for name, color in marks.items()}
    return Look(palette, colors.text_dim)


class DrawingModel(QObject):
    """Hands out drawings as SVG; whoever asks is called back, at once where it is kept."""

    def __init__(self, parent: QObject, draughtsman: Draughtsman | None = None) -> None:
        """Nothing is started before the first drawing."""
        super().__init__(parent)
        # Threads of its own: a drawing that takes long holds up nothing else.
        self._background = Background(self, threads=1)
        self._draughtsman = draughtsman or Draughtsman()
        self._kept: OrderedDict[tuple[Drawing, str], bytes] = OrderedDict()
        self._compared: OrderedDict[tuple[str, str], Differences] = OrderedDict()

    def want(
        self,
        drawing: Drawing,
        done: Callable[[bytes], None],
        failed: Callable[[str], None],
        *,
        soon: bool = True,
    ) -> None:
        """Call `done` with the SVG, or `failed` with the reason; what is wanted `soon` comes first."""
        key = (drawing, tokens.current().name)
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            done(kept)
            return
        colors, draughtsman = look(), self._draughtsman

        def drawn(svg: bytes) -> None:
            self._kept[key] = svg
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            done(svg)

        self._background.run(
            lambda: draughtsman.svg(drawing, colors), drawn, lambda error: failed(str(error)),
            priority=1 if soon else 0,
        )  # fmt: skip

    def compare(
        self, smiles: str, other: str, done: Callable[[Differences], None], is_wanted: Callable[[], bool]
    ) -> None:
        """Call `done` with what two molecules differ in, after all that is to be drawn.

        What `is_wanted` no more when its turn comes is left out. Where it cannot be told, that is told as if
        the time had run out.
        """
        kept = self._compared.get((smiles, other))
        if kept is not None:
            self._compared.move_to_end((smiles, other))
            done(kept)
            return
        draughtsman = self._draughtsman

        def work() -> Differences | None:
            return draughtsman.differences(smiles, other, _SECONDS) if is_wanted() else None

        def compared(found: Differences | None) -> None:
            if found is None:
                return
            self._compared[smiles, other] = found
            while len(self._compared) > _KEPT:
                self._compared.popitem(last=False)
            done(found)

        self._background.run(work, compared, lambda _: done(Differences(in_time=False)), priority=-1)

    def close(self) -> None:
        """End the process; nothing more is drawn."""
        self._draughtsman.close()
        self._background.close()
