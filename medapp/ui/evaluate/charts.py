"""The report's curves as charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medapp.domain.finding import Chart, Trace
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from medapp.domain.finding import Trace as _Trace

_LEAST_SHOWN = -0.25
"""Of the largest benefit: what acting on all costs beyond this is cut off."""


def charts_of(question: Mapping[str, Any]) -> tuple[Chart, ...]:
    """Calibration and decision curve, as far as the question has them."""
    found = (_calibration(question["calibration"]), _decision(question["decision"]))
    return tuple(one for one in found if one is not None)


def _calibration(points: Sequence[Mapping[str, float]]) -> Chart | None:
    if not points:
        return None
    said = tuple(one["said"] for one in points)
    top = max(*said, *(one["seen"] for one in points), 0.05)
    model = Trace(
        tr("model"),
        said,
        tuple(one["seen"] for one in points),
        "points",
        tuple(one["low"] for one in points),
        tuple(one["high"] for one in points),
    )
    right = Trace(tr("said is seen"), (0.0, top), (0.0, top))
    return Chart(
        "calibration",
        tr("Calibration"),
        tr("probability said"),
        tr("share seen, 95 % interval"),
        (right, model),
    )


def _decision(points: Sequence[Mapping[str, float]]) -> Chart | None:
    if not points:
        return None
    x = tuple(one["threshold"] for one in points)
    floor = _LEAST_SHOWN * max(*(one["model"] for one in points), 0.01)

    def line(name: str, title: str) -> _Trace:
        return Trace(title, x, tuple(max(one[name], floor) for one in points))

    traces = (
        line("model", tr("by the model")),
        line("all", tr("act on everybody")),
        line("none", tr("act on nobody")),
    )
    return Chart("decision", tr("Decision curve"), tr("threshold of acting"), tr("net benefit"), traces)
