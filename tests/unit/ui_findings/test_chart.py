"""Charts with names show them, the largest on top, and what stands for what covers no point."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF

from medapp.domain.finding import Chart, Trace
from medapp.ui.findings.chart import ChartView, names_of

TITLES = ("Mass", "Effusion", "Hernia")
IMAGE = Trace("This image", (0.0, 1.0, 2.0), (0.1, 0.3, 0.02), "bars", labels=TITLES)
USUAL = Trace("Usual", (0.0, 1.0, 2.0), (0.2, 0.1, 0.01), "points", labels=TITLES)
NAMED = Chart("p", "Beside the others", "Finding", "Probability", (IMAGE, USUAL))
CURVE = Chart(
    "c", "Risk", "years", "risk (%)",
    (
        Trace("this patient", (0.0, 1.0, 2.0), (0.0, 5.0, 9.0), low=(0.0, 3.0, 6.0), high=(0.0, 8.0, 14.0)),
        Trace("others", (0.0, 2.0), (0.0, 3.0)),
        Trace("the answer", (2.0,), (9.0,), "here"),
    ),
)  # fmt: skip


@pytest.fixture
def shown(qtbot):
    def show(chart: Chart) -> ChartView:
        view = ChartView(chart)
        qtbot.addWidget(view)
        view.resize(700, view.height())
        view.show()
        qtbot.waitExposed(view)
        qtbot.wait(50)
        return view

    return show


def test_bars_stand_beside_their_names_the_largest_on_top(shown):
    assert names_of(NAMED) == ("Effusion", "Mass", "Hernia")
    view = shown(NAMED)
    (ticks,) = view.getPlotItem().getAxis("left")._tickLevels
    assert ticks == [(0, "Effusion"), (-1, "Mass"), (-2, "Hernia")]
    assert view.getPlotItem().getAxis("bottom").labelText == "Probability"
    (points,) = [one for one in view.getPlotItem().listDataItems() if one.name() == "Usual"]
    assert dict(zip(*(list(one) for one in points.getData()), strict=True)) == {0.2: -1, 0.1: 0, 0.01: -2}


def test_a_point_with_a_name_of_its_own_comes_last():
    together = Trace("together", (3.0,), (0.2,), "here", labels=("together",))
    assert names_of(Chart("e", "Experts", "expert", "risk", (IMAGE, together))) == (
        "Effusion", "Mass", "Hernia", "together",
    )  # fmt: skip
    assert names_of(CURVE) == ()
    nameless = Trace("other", (0.0,), (0.1,), "bars")
    assert names_of(Chart("m", "Mixed", "x", "y", (IMAGE, nameless))) == ()


@pytest.mark.parametrize("chart", [NAMED, CURVE], ids=["named", "curve"])
def test_the_legend_covers_nothing(shown, chart):
    view = shown(chart)
    item = view.getPlotItem()
    legend, plot = (QRectF(one.sceneBoundingRect()) for one in (item.legend, item.vb))
    assert len(item.legend.items) == len(chart.traces)
    assert not legend.intersects(plot)
    assert legend.top() >= plot.bottom()
    assert item.scene().sceneRect().contains(legend)


def test_a_narrow_chart_is_drawn_within_its_width(qtbot):
    names = ("this patient, with the 95 % interval", "average risk of the training people", "the answer")
    lines = tuple(Trace(name, (0.0, 1.0), (0.0, float(n + 1))) for n, name in enumerate(names))
    view = ChartView(
        Chart("c", "Death within five years: what was said and what was seen", "years", "%", lines)
    )
    qtbot.addWidget(view)
    view.resize(420, view.height())
    view.show()
    qtbot.waitUntil(lambda: view._key.columnCount == 1, timeout=10000)
    qtbot.waitUntil(lambda: view.getPlotItem().size().width() <= view.width(), timeout=10000)
    narrow = view.height()
    view.resize(1200, view.height())
    qtbot.waitUntil(lambda: view._key.columnCount == 3, timeout=10000)
    assert view.height() < narrow
