"""A report as tables of words: figures with intervals, subgroups, differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from medapp.services.evaluating import cutoff_words
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Rows = tuple[tuple[str, ...], ...]
_MAIN: Final = {"binary": "auroc", "survival": "c_index", "ranking": "top_1", "share": "mean"}
"""Figure that subgroups are compared by, for each kind of question."""


def figure_title(name: str) -> str:
    """A figure as one reads it."""
    titles = {
        "auroc": tr("AUROC"),
        "auroc_delong": tr("AUROC (DeLong)"),
        "auprc": tr("AUPRC"),
        "brier": tr("Brier score"),
        "ece": tr("Calibration error (ECE)"),
        "accuracy": tr("Accuracy"),
        "recall": tr("Recall"),
        "specificity": tr("Specificity"),
        "precision": tr("Precision"),
        "f1": tr("F1"),
        "c_index": tr("C-index"),
        "slope": tr("Calibration slope"),
        "said_over_seen": tr("Said over seen"),
        "mean": tr("Mean"),
        "top_1": tr("Truth is first"),
        "top_3": tr("Truth in the first 3"),
        "top_5": tr("Truth in the first 5"),
        "top_10": tr("Truth in the first 10"),
        "mean_reciprocal_rank": tr("Mean reciprocal rank"),
    }
    return titles.get(name, name)


def number(value: object) -> str:
    """Three digits, or that it is not defined."""
    return f"{value:.3f}" if isinstance(value, int | float) else tr("not defined")


def chance(value: object) -> str:
    """A p value; never 0."""
    return tr("< 0.001") if isinstance(value, int | float) and value < 0.001 else number(value)  # noqa: PLR2004


def interval(one: Mapping[str, Any]) -> str:
    """The 95 % interval; empty where there is none."""
    if one["low"] is None or one["high"] is None:
        return ""
    return tr("{low} to {high}", low=number(one["low"]), high=number(one["high"]))


def summary(question: Mapping[str, Any]) -> str:
    """How many cases, of how many patients or groups, and outcomes."""
    rows_are, groups_are = (tr(one) for one in question.get("units", ("cases", "patients")))
    said = tr(
        "{rows} {cases} of {groups} {patients}",
        rows=question["rows"],
        cases=rows_are,
        groups=question["patients"],
        patients=groups_are,
    )
    if question["events"] is not None:
        said += ", " + tr("{events} with the outcome", events=question["events"])
    return said


def figures(question: Mapping[str, Any]) -> Rows:
    """Name, value, interval."""
    rows = [
        (figure_title(name), number(one["value"]), interval(one)) for name, one in question["figures"].items()
    ]
    coverage = question.get("coverage")
    if coverage:
        title = tr("Coverage of sets (for {share})", share=number(coverage["nominal"]))
        rows.append((title, number(coverage["value"]), interval(coverage)))
    return tuple(rows)


def cutoff(question: Mapping[str, Any]) -> str:
    """The cut-off of the figures that need one, and where it is from; empty where none does."""
    return cutoff_words(question, tr)


def subgroups(question: Mapping[str, Any]) -> Rows:
    """Group, value, cases, outcomes, main figure, interval."""
    main = _MAIN[question["kind"]]
    rows = []
    for one in question["subgroups"]:
        figure = one["figures"].get(main)
        said = (tr("too few cases"), "") if figure is None else (number(figure["value"]), interval(figure))
        rows.append((one["group"], one["value"], str(one["rows"]), str(one.get("events", "")), *said))
    return tuple(rows)


def main_title(question: Mapping[str, Any]) -> str:
    """What the main figure of the subgroups is called."""
    return figure_title(_MAIN[question["kind"]])


def differences(report: Mapping[str, Any]) -> Rows:
    """Question, figure, difference, interval, p."""
    found: Sequence[Mapping[str, Any]] = report.get("differences", ())
    return tuple(
        (one["title"], figure_title(one["figure"]), number(one["value"]), interval(one), chance(one["p"]))
        for one in found
    )


def metrics(report: Mapping[str, Any]) -> Rows:
    """The task's own figures."""
    return tuple((str(name), number(value)) for name, value in report.get("metrics", {}).items())
