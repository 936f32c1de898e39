"""What ``medapp evaluate`` prints: all of the report that a reader without a screen needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medapp.cli import show

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAIN = {"binary": "auroc", "survival": "c_index", "ranking": "top_1", "share": "mean"}
_SHOWN_GROUPS = 40


def print_report(report: Mapping[str, Any]) -> None:
    """Figures with intervals and coverage, calibration, subgroups, differences, and what has to be known."""
    questions = report.get("questions", [])
    _figures(questions)
    _calibration(questions)
    _subgroups(questions)
    _differences(report)
    for notice in report.get("notices", []):
        show.remark(f"{notice['severity']}: {notice['message']}")


def _figures(questions: list[Mapping[str, Any]]) -> None:
    from medapp.services.evaluating import cutoff_words

    rows = []
    for question in questions:
        rows += [
            (question["title"], name, show.number(one["value"], 3), interval(one))
            for name, one in question["figures"].items()
        ]
        coverage = question.get("coverage")
        if coverage:
            name = f"coverage of sets (nominal {show.number(coverage['nominal'], 2)})"
            rows.append((question["title"], name, show.number(coverage["value"], 3), interval(coverage)))
    if rows:
        show.table(("question", "figure", "value", "95 % interval"), rows, numbers=(2,))
    for question in questions:
        said = cutoff_words(question)
        if said:
            show.remark(f"{question['title']}: {said}")


def _calibration(questions: list[Mapping[str, Any]]) -> None:
    rows = [
        (question["title"], show.number(one["said"], 3), show.number(one["seen"], 3), interval(one))
        for question in questions
        for one in question.get("calibration") or ()
    ]
    if rows:
        show.table(("question", "probability said", "share seen", "95 % interval"), rows, numbers=(1, 2))


def _subgroups(questions: list[Mapping[str, Any]]) -> None:
    rows, more = [], 0
    for question in questions:
        main = _MAIN[question["kind"]]
        groups = question.get("subgroups") or ()
        more += len(groups[_SHOWN_GROUPS:])
        for one in groups[:_SHOWN_GROUPS]:
            figure = one["figures"].get(main)
            said = ("too few", "") if figure is None else (show.number(figure["value"], 3), interval(figure))
            events = str(one.get("events", ""))
            rows.append(
                (question["title"], one["group"], one["value"], str(one["rows"]), events, main, *said)
            )
    if rows:
        columns = ("question", "group", "value", "cases", "events", "figure", "value", "95 % interval")
        show.table(columns, rows, numbers=(3, 4, 6))
    if more:
        show.remark(f"and {more} more subgroups in the report (--out, --json)")


def _differences(report: Mapping[str, Any]) -> None:
    rows = [
        (one["title"], one["figure"], show.number(one["value"], 3), interval(one), show.number(one["p"], 3))
        for one in report.get("differences", [])
    ]
    if rows:
        show.table(("question", "figure", "difference", "95 % interval", "p"), rows, numbers=(2, 4))


def interval(one: Mapping[str, Any]) -> str:
    """From where to where; a dash where there is none."""
    return "–" if one.get("low") is None else f"{one['low']:.3f} to {one['high']:.3f}"
