"""Arrangements of viewports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medapp.ui.reading.planes import PlaneName

_LARGEST = 4


@dataclass(frozen=True)
class Cell:
    """What one viewport of an arrangement is for."""

    plane: PlaneName = "acquisition"
    slab: bool = False


@dataclass(frozen=True)
class Layout:
    """Rows and columns of viewports; `linked` ones all show the same series (MPR)."""

    name: str
    rows: int
    columns: int
    cells: tuple[Cell, ...]
    linked: bool = False


MPR = Layout(
    "mpr", 2, 2, (Cell("axial"), Cell("coronal"), Cell("sagittal"), Cell("axial", slab=True)), linked=True
)
NAMES = ("1x1", "1x2", "2x1", "2x2", "2x3", "3x3", "4x4", "mpr")


def layout(name: str) -> Layout:
    """The arrangement called ``mpr`` or ``ROWSxCOLUMNS`` (up to 4x4).

    Raises:
        ValueError: For any other name.
    """
    if name == MPR.name:
        return MPR
    match = re.fullmatch(r"([1-9])x([1-9])", name)
    if match is None or max(int(match[1]), int(match[2])) > _LARGEST:
        message = f"{name!r} is no arrangement: mpr, or 1x1 to 4x4"
        raise ValueError(message)
    rows, columns = int(match[1]), int(match[2])
    return Layout(name, rows, columns, (Cell(),) * (rows * columns))
