"""The interval of an answer: what came of held-back people who were told alike, and its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.domain.finding import Chart, Trace
from medapp.engine.calibration import logit, sigmoid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LEAST: Final = 1e-4
NONE: Final = (
    "No interval is given: what was seen of held-back people is kept for all experts together only, and not "
    "for these alone."
)


def interval(said: float, points: Sequence[Mapping[str, float]]) -> tuple[float, float]:
    """Where the share of the event lay, with 95 % certainty, among held-back people who were told `said`.

    Between groups it is interpolated, in log-odds; beyond the first and the last the error of that group
    holds. The answer itself always lies within.
    """
    told, low, high = (_places(points, name) for name in ("said", "low", "high"))
    here = float(logit(np.clip([said], _LEAST, 1 - _LEAST))[0])
    below, above = (float(sigmoid([here + np.interp(here, told, one - told)])[0]) for one in (low, high))
    return min(below, said), max(above, said)


def _places(points: Sequence[Mapping[str, float]], name: str) -> np.ndarray:
    order = np.argsort([one["said"] for one in points], kind="stable")
    values = np.clip([points[place][name] for place in order], _LEAST, 1 - _LEAST)
    found: np.ndarray = logit(values)
    return found


def calibration_chart(said: float, points: Sequence[Mapping[str, Any]], about: str) -> Chart:
    """What was told and what was seen, of held-back people in groups, with this patient among them."""
    part = {name: tuple(100 * float(one[name]) for one in points) for name in ("said", "seen", "low", "high")}
    most = max(*part["said"], *part["high"], 100 * said)
    traces = (
        Trace(
            f"held-back people, in {len(points)} groups",
            part["said"],
            part["seen"],
            "points",
            part["low"],
            part["high"],
        ),
        Trace("told and seen alike", (0.0, most), (0.0, most)),
        Trace("this patient", (100 * said,), (100 * said,), "here"),
    )
    title = "Death within 5 years: what was told and what was seen"
    return Chart(f"{about}-calibration", title, "told (%)", "seen (%)", traces, about)
