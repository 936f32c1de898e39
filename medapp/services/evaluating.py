"""What came of an evaluation, as JSON and as PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medapp.services.finding_words import Translate, plain
from medapp.services.result_file import VERSION, WARNING, write_report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from medapp.jobs import TaskOutcome

Json = dict[str, Any]
REPORT = "evaluation.json"
PDF = "evaluation.pdf"


def evaluation_report(outcome: TaskOutcome, data: Path) -> Json:
    """A report in JSON types.

    Keys: ``version``, ``warning``, ``task``, ``title``, ``data`` (name of the folder), ``weights`` (sha256 by
    name), ``seed``, ``finished``, ``metrics``, ``rows``, ``notices``, and where the task hands out what it
    said of each case ``questions`` (see `medapp.engine.evaluation.report`), ``against``, ``differences``.
    """
    facts, provenance = outcome.facts, outcome.provenance
    known = ("metrics", "rows", "notices", "questions", "against", "differences")
    return {
        "version": VERSION,
        "warning": WARNING,
        "task": provenance.task,
        "title": provenance.title,
        "data": data.name,
        "weights": dict(provenance.weights),
        "seed": provenance.seed,
        "finished": provenance.finished,
        **{name: facts[name] for name in known if name in facts},
    }


def cutoff_words(question: Mapping[str, Any], tr: Translate = plain) -> str:
    """From which probability an answer counts as yes in accuracy and the like, and where that is from.

    Empty where no figure is of a cut-off.
    """
    cutoff = question.get("threshold")
    if cutoff is None or question["kind"] != "binary":
        return ""
    return tr(
        "Accuracy, recall, specificity, precision and F1 are those of a cut-off at {cutoff}: the one with "
        "the largest sum of recall and specificity among these very cases, so that these figures are a "
        "little better than they would be on others. The other figures need no cut-off.",
        cutoff=f"{cutoff:.4f}",
    )


def write_evaluation(report: Json, folder: Path) -> tuple[Path, Path]:
    """Write ``evaluation.json`` and ``evaluation.pdf`` into a folder, which exists.

    Raises:
        OSError: Where they cannot be written.
    """
    from medapp.services.evaluation_pdf import write_pdf

    write_report(folder / REPORT, report)
    write_pdf(report, folder / PDF)
    return folder / REPORT, folder / PDF


def replaced_by_evaluation(folder: Path) -> tuple[Path, ...]:
    """Files that lie in `folder` already and would be replaced."""
    return tuple(folder / name for name in (REPORT, PDF) if (folder / name).exists())
