"""The report of an evaluation as a PDF: figures with intervals, calibration, decision curves, subgroups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from medapp.services.evaluating import cutoff_words
from medapp.services.result_file import WARNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from reportlab.graphics.shapes import Drawing
    from reportlab.platypus import Flowable, Table

Json = dict[str, Any]
_WIDTH, _HEIGHT = 230, 190
_MARGIN: Final = 34
_DARK, _BLUE, _ORANGE, _GREY = "#222222", "#0072b2", "#d55e00", "#888888"
_SHOWN_GROUPS: Final = 40
_LONGEST: Final = 46
"""Letters of a title above a drawing."""
_FEW: Final = 20
"""A line of so many points shows them, for one alone would not be seen."""
_ACTING: Final = {"model": "by the model", "all": "on everybody", "none": "on nobody"}


def write_pdf(report: Mapping[str, Any], path: Path) -> None:
    """Write a report as `medapp.services.evaluating.evaluation_report` makes it; whole or not at all.

    Raises:
        OSError: Where it cannot be written.
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    part = path.with_name(f".{path.name}.part")
    document = SimpleDocTemplate(
        str(part), pagesize=A4, title=f"Evaluation of {report['task']}", author="medapp", invariant=1
    )
    try:
        document.build(list(_story(report)), onFirstPage=_mark, onLaterPages=_mark)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _mark(canvas: Any, document: Any) -> None:  # noqa: ANN401 - reportlab's own
    canvas.saveState()
    canvas.setFont("Helvetica", 8)
    canvas.drawString(_MARGIN, 20, WARNING)
    canvas.drawRightString(document.pagesize[0] - _MARGIN, 20, str(document.page))
    canvas.restoreState()


def _story(report: Mapping[str, Any]) -> Iterable[Flowable]:
    from reportlab.platypus import Paragraph, Spacer

    style = _styles()
    yield Paragraph(f"Evaluation of {_text(report['title'])}", style["Title"])
    yield Paragraph(f"{WARNING}. Figures hold for these cases and this model alone.", style["Normal"])
    yield Spacer(1, 8)
    facts = [(name, report[name]) for name in ("task", "data", "seed", "finished")]
    facts += [(f"sha256 of {name}", digest) for name, digest in report["weights"].items()]
    yield _table([(name, str(value)) for name, value in facts])
    if report.get("metrics"):
        yield Paragraph("Figures of the task", style["Heading2"])
        yield _table([(name, _number(value)) for name, value in report["metrics"].items()])
    for notice in report.get("notices", []):
        yield Paragraph(_text(notice["message"]), style["Normal"])
    for question in report.get("questions", []):
        yield from _of_question(question)
    if report.get("differences"):
        yield Paragraph("Against the other model, on the same cases", style["Heading2"])
        yield _differences(report["differences"])


def _of_question(question: Json) -> Iterable[Flowable]:
    from reportlab.platypus import KeepTogether, Paragraph

    style = _styles()
    # A drawing on another page than its heading would speak of nothing.
    yield KeepTogether(list(_head_of(question)))
    if question["subgroups"]:
        yield Paragraph("Subgroups", style["Heading3"])
        yield _subgroups(question)


def _head_of(question: Json) -> Iterable[Flowable]:
    from reportlab.platypus import Paragraph, Spacer, Table

    style = _styles()
    yield Paragraph(_text(question["title"]), style["Heading2"])
    events = "" if question["events"] is None else f", {question['events']} with the outcome"
    rows_are, groups_are = question.get("units", ("cases", "patients"))
    counted = f"{question['rows']} {rows_are} of {question['patients']} {groups_are}{events}."
    yield Paragraph(_text(counted), style["Normal"])
    rows = [("figure", "value", "95 % interval")]
    rows += [(name, _number(one["value"]), _interval(one)) for name, one in question["figures"].items()]
    coverage = question.get("coverage")
    if coverage:
        nominal = f"coverage of sets (nominal {_number(coverage['nominal'])})"
        rows.append((nominal, _number(coverage["value"]), _interval(coverage)))
    yield _table(rows, head=True)
    yield Paragraph(_text(cutoff_words(question)), style["Normal"])
    kept = [one for one in (_calibration(question), _decision(question)) if one is not None]
    if kept:
        yield Spacer(1, 6)
        yield Table([kept])


def _subgroups(question: Json) -> Table:
    main = {"binary": "auroc", "survival": "c_index", "ranking": "top_1", "share": "mean"}[question["kind"]]
    rows = [("group", "value", "cases", "events", main, "95 % interval")]
    for one in question["subgroups"][:_SHOWN_GROUPS]:
        figure = one["figures"].get(main)
        said = ("too few", "") if figure is None else (_number(figure["value"]), _interval(figure))
        rows.append((one["group"], one["value"], str(one["rows"]), str(one.get("events", "")), *said))
    return _table(rows, head=True)


def _differences(differences: Sequence[Json]) -> Table:
    rows = [("question", "figure", "difference", "95 % interval", "p", "by")]
    rows += [
        (
            one["title"],
            one["figure"],
            _number(one["value"]),
            _interval(one),
            _number(one["p"]),
            one["method"],
        )
        for one in differences
    ]
    return _table(rows, head=True)


def _calibration(question: Json) -> Drawing | None:
    points = question["calibration"]
    if not points:
        return None
    said = [(one["said"], one["seen"]) for one in points]
    top = max(0.05, *(max(point) for point in said))
    lines = {"model": said, "said is seen": [(0.0, 0.0), (top, top)]}
    axes = ("probability said", "share seen")
    return _plot(f"Calibration: {question['title']}", axes, lines, (0.0, top), (0.0, top))


def _decision(question: Json) -> Drawing | None:
    points = question["decision"]
    if not points:
        return None
    lines = {name: [(one["threshold"], one[name]) for one in points] for name in ("model", "all", "none")}
    top = max(0.01, *(y for _, y in lines["model"]))
    lines = {name: [(x, max(y, -top / 4)) for x, y in line] for name, line in lines.items()}
    lines = {_ACTING[name]: line for name, line in lines.items()}
    axes = ("threshold of acting", "net benefit")
    return _plot(f"Decision curve: {question['title']}", axes, lines, (0.0, 0.8), (-top / 4, top * 1.1))


def _plot(
    title: str,
    axes: tuple[str, str],
    lines: Mapping[str, Sequence[tuple[float, float]]],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
) -> Drawing:
    from reportlab.graphics.charts.lineplots import LinePlot
    from reportlab.graphics.shapes import Drawing, Group, String
    from reportlab.graphics.widgets.markers import makeMarker
    from reportlab.lib.colors import HexColor

    drawing = Drawing(_WIDTH, _HEIGHT)
    plot = LinePlot()
    plot.x, plot.y, plot.width, plot.height = (
        _MARGIN,
        _MARGIN + 8,
        _WIDTH - 2 * _MARGIN,
        _HEIGHT - 2 * _MARGIN - 16,
    )
    plot.data = [list(line) for line in lines.values()]
    plot.xValueAxis.valueMin, plot.xValueAxis.valueMax = x_range
    plot.yValueAxis.valueMin, plot.yValueAxis.valueMax = y_range
    for axis in (plot.xValueAxis, plot.yValueAxis):
        axis.labels.fontSize = 6
        axis.labelTextFormat = "%.2f"
    colors = (_BLUE, _GREY, _ORANGE)
    for number, (name, color) in enumerate(zip(lines, colors, strict=False)):
        plot.lines[number].strokeColor = HexColor(color)
        if len(lines[name]) <= _FEW:
            plot.lines[number].symbol = makeMarker("FilledCircle", size=3)
        drawing.add(String(_MARGIN + 66 * number, 6, name, fontSize=7, fillColor=HexColor(color)))
    drawing.add(plot)
    dark = HexColor(_DARK)
    drawing.add(String(_MARGIN, _HEIGHT - 12, _cut(title), fontSize=8, fillColor=dark))
    middle = plot.x + plot.width / 2
    drawing.add(String(middle, plot.y - 21, axes[0], fontSize=7, fillColor=dark, textAnchor="middle"))
    upright = String(0, 0, axes[1], fontSize=7, fillColor=dark, textAnchor="middle")
    drawing.add(Group(upright, transform=(0, 1, -1, 0, 8, plot.y + plot.height / 2)))
    return drawing


def _cut(title: str) -> str:
    """As much of a title as there is room for above a drawing."""
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 3]}..."


def _table(rows: Sequence[Sequence[str]], *, head: bool = False) -> Table:
    from reportlab.lib import colors
    from reportlab.platypus import Paragraph, Table

    style = _styles()["small"]
    found = Table(
        [[Paragraph(_text(cell), style) for cell in row] for row in rows],
        repeatRows=1 if head else 0,
        hAlign="LEFT",
    )
    look: list[tuple[Any, ...]] = [("GRID", (0, 0), (-1, -1), 0.25, colors.lightgrey)]
    if head:
        look.append(("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke))
    found.setStyle(look)
    return found


def _styles() -> Any:  # noqa: ANN401 - reportlab's own
    from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet

    found = getSampleStyleSheet()
    found.add(ParagraphStyle("small", parent=found["Normal"], fontSize=8, leading=10))
    return found


def _text(value: object) -> str:
    """What may come from outside, without marks that a paragraph would follow."""
    from xml.sax.saxutils import escape

    return escape(str(value))


def _number(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, int | float) else "not defined"


def _interval(one: Mapping[str, Any]) -> str:
    if one["low"] is None or one["high"] is None:
        return ""
    return f"{one['low']:.3f} to {one['high']:.3f}"
