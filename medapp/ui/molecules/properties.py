"""Properties of one molecule as lines with a bar each: where its value lies among the others. No widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medapp.services.molecule_known import ACROSS, UP
from medapp.ui.molecules.words import FULFILLED, number, property_title, value_text
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.domain.molecule import MoleculeRow, Property
    from medapp.ui.molecules.columns import Molecules


@dataclass(frozen=True)
class Line:
    """One property.

    Attributes:
        place: Of the value between the least and the largest of all molecules, from 0 to 1; None where there
            is no such range, or no value.
        interval: The same of the ends of its interval.
        scale: Least and largest, in words.
    """

    title: str
    value: str
    place: float | None = None
    interval: tuple[float, float] | None = None
    scale: str = ""
    remark: str = ""


def lines_of(row: MoleculeRow, molecules: Molecules) -> tuple[Line, ...]:
    """All properties of a molecule, in the order in which they were told, without its place on the map."""
    return tuple(_line(one, molecules) for one in row.properties if one.name not in {ACROSS, UP})


def _line(one: Property, molecules: Molecules) -> Line:
    said = (tr("predicted") if one.predicted else "", one.note)
    remark = " · ".join(part for part in said if part)
    title, value = property_title(one.name.removeprefix(FULFILLED)), value_text(one)
    if one.name.startswith(FULFILLED) and one.value is not None:
        value = tr("fulfilled {share}", share=number(one.value))
    if one.value is None:
        return Line(title, value, remark=remark)
    bounds = (one.value, one.low, one.high)
    low, high = _scale(one.name, [bound for bound in bounds if bound is not None], molecules)
    if not high > low:
        return Line(title, value, remark=remark)
    interval = None
    if one.low is not None and one.high is not None:
        interval = ((one.low - low) / (high - low), (one.high - low) / (high - low))
    return Line(title, value, (one.value - low) / (high - low), interval, f"{low:.3g} – {high:.3g}", remark)


def _scale(name: str, own: Sequence[float], molecules: Molecules) -> tuple[float, float]:
    """Of all molecules and of this one with its interval; a share goes from 0 to 1 anyway."""
    known = molecules.values(name)
    known = known[np.isfinite(known)]
    every = [*own, *((float(known.min()), float(known.max())) if len(known) else ())]
    if all(0 <= one <= 1 for one in every):
        return 0.0, 1.0
    return min(every), max(every)
