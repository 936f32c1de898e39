"""``result.json``: what was found, in numbers, and how it came to be."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from medapp.services.index_report import notice_report

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from medapp.domain.notice import Notice
    from medapp.domain.patient import Series
    from medapp.domain.segmentation import LabelMeasure, Predecessor, Segmentation
    from medapp.services.app import App

Json = dict[str, object]
VERSION: Final = 1
_DATE_DIGITS: Final = 8
_PRIVATE: Final = 0o700
WARNING: Final = "Not for diagnostic use"


def result_report(
    segmentation: Segmentation,
    measures: Iterable[LabelMeasure],
    series: Series | None,
    *,
    notices: Iterable[Notice] = (),
    edited: bool = False,
) -> Json:
    """A result in JSON types; what is not known is null.

    Keys: ``version``, ``warning``, ``task``, ``title``, ``series`` (the images), ``labels`` (each with
    ``value``, ``name``, ``code`` as ``SCHEME:VALUE``, ``meaning``, ``color``, ``voxels``, ``volume_ml``,
    ``mean``, ``unit``, ``probability``), ``edited_by_hand``, ``derived_from`` (the segmentation that a
    person has corrected to make it), ``provenance``, ``notices``.
    """
    provenance = segmentation.provenance
    return {
        "version": VERSION,
        "warning": WARNING,
        "task": provenance.task if provenance else "",
        "title": segmentation.title,
        "series": None if series is None else series_report(series),
        "labels": [_measure(item) for item in measures],
        "edited_by_hand": edited,
        "derived_from": _predecessor(segmentation.predecessor),
        "provenance": None if provenance is None else asdict(provenance),
        "notices": [notice_report(notice) for notice in notices],
    }


def series_report(series: Series) -> Json:
    """A series in JSON types."""
    return {
        "key": series.key,
        "uid": series.uid,
        "study_uid": series.study.uid,
        "study_date": _iso(series.study.date),
        "modality": series.modality,
        "description": series.description,
        "number": series.number,
        "split": series.split,
        "slices": len(series.instances),
    }


def _iso(text: str) -> str:
    """A DICOM date as ISO 8601; what cannot be read is left as it stands."""
    digits = text.replace("-", "").replace(".", "").strip()
    is_date = len(digits) == _DATE_DIGITS and digits.isdecimal()
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if is_date else text.strip()


def _predecessor(found: Predecessor | None) -> Json | None:
    if found is None:
        return None
    return {
        "how": "corrected by a person",
        "sop_class_uid": found.sop_class_uid,
        "sop_instance_uid": found.sop_instance_uid,
        "series_uid": found.series_uid,
        "study_uid": found.study_uid,
        "title": found.title,
    }


def _measure(item: LabelMeasure) -> Json:
    label = item.label
    return {
        "value": label.value,
        "name": label.name,
        "code": f"{label.code.scheme}:{label.code.value}",
        "meaning": label.code.meaning,
        "color": label.color,
        "voxels": item.voxels,
        "volume_ml": item.volume_ml,
        "mean": item.mean,
        "unit": item.unit,
        "probability": label.probability,
    }


def folder_of_answer(app: App, job: str, patient: str) -> Path:
    """Where what a model said of a patient of the library is kept, made for its owner alone.

    Raises:
        ValueError: Where the patient is not in the library.
        OSError: Where it cannot be made.
    """
    if not patient:
        message = "the patient is not in the library"
        raise ValueError(message)
    folder = app.paths.results / job
    folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    return folder


def write_report(path: Path, report: Mapping[str, object]) -> None:
    """Write a report; the file appears whole or not at all.

    Raises:
        OSError: Where it cannot be written.
    """
    text = json.dumps(_finite(report), indent=2, ensure_ascii=False, allow_nan=False, default=str)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text + "\n", encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _finite(value: object) -> object:
    """JSON knows no infinity: such a number is not known."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
