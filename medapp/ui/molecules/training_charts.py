"""Which charts the curves of a training make. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from medapp.domain.finding import Chart, Trace
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.services.training_curves import Curves

TABLES: Final = ("generator", "autoencoder", "polishing")
"""Files of curves, without their ending."""


class _Asked(NamedTuple):
    """A chart as it is asked for: of which file, and which of its columns by what name."""

    table: str
    key: str
    title: str
    unit: str
    columns: tuple[tuple[str, str], ...]


def _asked() -> tuple[_Asked, ...]:
    return (
        _Asked(
            "generator", "losses", tr("Losses of critic and generator"), tr("loss"),
            (("critic", tr("critic")), ("generator", tr("generator"))),
        ),
        _Asked(
            "generator", "shares", tr("Valid and unique molecules"), tr("share"),
            (("valid", tr("valid")), ("unique", tr("unique"))),
        ),
        _Asked(
            "generator", "apart", tr("Distance of made codes from real ones"), tr("Fréchet distance"),
            (("apart", tr("codes")),),
        ),
        _Asked(
            "generator", "fcd", tr("Distance of made molecules from real ones (FCD)"), tr("FCD"),
            (("fcd", tr("molecules")),),
        ),
        _Asked(
            "autoencoder", "autoencoder", tr("Loss of the autoencoder"), tr("nats for each piece"),
            (("trained", tr("training set")),),
        ),
        _Asked(
            "autoencoder", "held-back", tr("Loss of the autoencoder on held-back molecules"),
            tr("nats for each molecule"), (("coded", tr("with codes")), ("without", tr("without codes"))),
        ),
        _Asked(
            "polishing", "polishing", tr("Valid molecules in polishing"), tr("share"),
            (("valid", tr("valid")),),
        ),
        _Asked(
            "polishing", "moved", tr("How far polishing has moved the decoder"),
            tr("nats for each molecule"), (("moved", tr("moved")),),
        ),
    )  # fmt: skip


def charts_of(curves: Curves) -> tuple[Chart, ...]:
    """Those of which anything was measured."""
    found = []
    for asked in _asked():
        points = [(name, *curves.points(asked.table, column)) for column, name in asked.columns]
        traces = tuple(Trace(name, x, y) for name, x, y in points if x)
        if traces:
            found.append(Chart(asked.key, asked.title, tr("step"), asked.unit, traces))
    return tuple(found)


def latest(chart: Chart) -> str:
    """The latest value of each line, in words."""
    return " · ".join(f"{one.name} {one.y[-1]:.4g}" for one in chart.traces)
