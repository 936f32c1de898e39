"""Findings in a folder: ``result.json``, heat maps, and a table of measurements."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from medapp.api.wire_findings import findings_report
from medapp.services.finding_words import told
from medapp.services.measurements_file import write_measurements
from medapp.services.result_file import VERSION, WARNING, series_report, write_report

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from medapp.api.results import ClassifyResult
    from medapp.services.classifying import FindingsProposal

Json = dict[str, object]
REPORT = "result.json"


def findings_json(proposal: FindingsProposal) -> Json:
    """A result in JSON types; what is not known is null.

    Keys: ``version``, ``warning``, ``task``, ``title``, ``card``, ``card_text``, ``series`` (null where no
    images were used), ``findings`` (fields of `medapp.domain.finding.Finding`), ``used``, ``missing``,
    ``abstained``, ``familiarity``, ``coverage``, ``heat_maps`` (``file`` beside this one), ``charts``,
    ``explained``, ``notices``, ``provenance``.

    A finding has beside its fields ``set_said``, ``tests_said`` and ``notice``, see
    `medapp.services.finding_words.told`: a prediction set that does not count is not among its fields.
    """
    report = findings_report(proposal.result)
    report["findings"] = findings_told(proposal.result, report["findings"])
    for number, one in enumerate(report["heat_maps"]):
        one["file"] = heat_name(number)
    return {
        "version": VERSION,
        "warning": WARNING,
        "task": proposal.task.id,
        "title": proposal.task.title,
        "card": proposal.card,
        "card_text": proposal.card_text,
        "series": None if proposal.series is None else series_report(proposal.series),
        **report,
        "provenance": asdict(proposal.provenance),
    }


def findings_told(result: ClassifyResult, facts: Iterable[Json]) -> list[Json]:
    """Findings as a program may read them, from their fields in JSON types, in the same order."""
    return [told(one, own, result.coverage) for one, own in zip(result.findings, facts, strict=True)]


def heat_name(number: int) -> str:
    """Name of a heat map's file: float32 (slices, rows, columns) on the grid of the series, from 0 to 1."""
    return f"heat_{number}.npy"


def write_findings(proposal: FindingsProposal, folder: Path) -> Path:
    """Write a result into `folder`, which exists, and its measurements; return where ``result.json`` lies.

    Raises:
        OSError: Where it cannot be written.
    """
    for number, one in enumerate(proposal.result.heat_maps):
        np.save(folder / heat_name(number), np.asarray(one.array))
    write_measurements(proposal.result, proposal.task.id, folder)
    write_report(folder / REPORT, findings_json(proposal))
    return folder / REPORT
