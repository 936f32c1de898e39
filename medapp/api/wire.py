"""How requests and results cross from the shell to a worker process and back.

Pixels travel as ``.npy`` files that the other side maps into memory; everything else is JSON beside them.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from medapp.api.results import SegmentResult
from medapp.domain.geometry import Geometry
from medapp.domain.notice import Notice
from medapp.domain.segmentation import Code, Label
from medapp.domain.volume import Volume, Window

if TYPE_CHECKING:
    from pathlib import Path

_ARRAY = "volume.npy"
_FACTS = "volume.json"
_LABELS = "labels.npy"
_RESULT = "result.json"


def write_volume(volume: Volume, folder: Path) -> None:
    """Write a volume into `folder` for `read_volume`; display tables and overlays stay behind."""
    np.save(folder / _ARRAY, np.asarray(volume.array))
    geometry = volume.geometry
    facts = {
        "geometry": {
            "shape": geometry.shape,
            "affine": geometry.affine.tolist(),
            "units": geometry.units,
            "oriented": geometry.oriented,
            "stackable": geometry.stackable,
            "slice_positions": geometry.slice_positions,
            "frame_of_reference_uid": geometry.frame_of_reference_uid,
            "slice_step_known": geometry.slice_step_known,
        },
        "modality": volume.modality,
        "series_key": volume.series_key,
        "unit": volume.unit,
        "slope": volume.slope,
        "intercept": volume.intercept,
        "windows": [asdict(window) for window in volume.windows],
        "inverted": volume.inverted,
        "padding": volume.padding,
        "lossy": volume.lossy,
        "failed": {str(k): reason for k, reason in volume.failed.items()},
        "notices": [notice_facts(notice) for notice in volume.notices],
        "instance_uids": volume.instance_uids,
        "frame_time_ms": volume.frame_time_ms,
    }
    (folder / _FACTS).write_text(json.dumps(facts), encoding="utf-8")


def holds_volume(folder: Path) -> bool:
    """Whether `write_volume` wrote there."""
    return (folder / _FACTS).is_file()


def read_volume(folder: Path) -> Volume:
    """Read what `write_volume` wrote; the array is a read-only memory map."""
    facts: dict[str, Any] = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
    grid = facts.pop("geometry")
    grid["shape"] = tuple(grid["shape"])
    grid["affine"] = np.array(grid["affine"])
    grid["slice_positions"] = tuple(grid["slice_positions"])
    padding = facts.pop("padding")
    return Volume(
        array=np.load(folder / _ARRAY, mmap_mode="r"),
        geometry=Geometry(**grid),
        windows=tuple(Window(**window) for window in facts.pop("windows")),
        padding=None if padding is None else (padding[0], padding[1]),
        failed={int(k): reason for k, reason in facts.pop("failed").items()},
        notices=tuple(Notice(**notice) for notice in facts.pop("notices")),
        instance_uids=tuple(facts.pop("instance_uids")),
        **facts,
    )


def write_segment_result(result: SegmentResult, folder: Path) -> None:
    """Write a result into `folder` for `read_segment_result`."""
    np.save(folder / _LABELS, np.ascontiguousarray(result.array))
    facts = {
        "labels": [asdict(label) for label in result.labels],
        "notices": [notice_facts(notice) for notice in result.notices],
    }
    (folder / _RESULT).write_text(json.dumps(facts), encoding="utf-8")


def read_segment_result(folder: Path) -> SegmentResult:
    """Read a result; the array is a read-only memory map."""
    facts = json.loads((folder / _RESULT).read_text(encoding="utf-8"))
    return SegmentResult(
        array=np.load(folder / _LABELS, mmap_mode="r"),
        labels=tuple(label_from_facts(label) for label in facts["labels"]),
        notices=tuple(Notice(**notice) for notice in facts["notices"]),
    )


def label_from_facts(facts: dict[str, Any]) -> Label:
    """Build a label from the JSON of ``dataclasses.asdict(label)``."""
    code, category = Code(**facts["code"]), Code(**facts["category"])
    return Label(**{**facts, "code": code, "category": category})


def notice_facts(notice: Notice) -> dict[str, object]:
    """A notice in JSON types."""
    return {
        "code": notice.code,
        "message": notice.message,
        "severity": notice.severity,
        "values": json.loads(json.dumps(dict(notice.values), default=str)),
    }
