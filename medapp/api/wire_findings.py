"""How requests and results of `medapp_classify` cross to a worker process and back, see `medapp.api.wire`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from medapp.api.codec import dump, load
from medapp.api.results import ClassifyResult, SegmentResult
from medapp.api.wire import label_from_facts, notice_facts
from medapp.domain.finding import Chart, Familiarity, Finding, HeatMap
from medapp.domain.genome import Genome
from medapp.domain.notice import Notice
from medapp.domain.record import Record

if TYPE_CHECKING:
    from pathlib import Path

_RECORD = "record.json"
_GENOME = "genome.json"
_SEGMENTS = "segments.npy"
_SEGMENT_FACTS = "segments.json"
_FINDINGS = "findings.json"


def write_record(record: Record, folder: Path) -> bytes:
    """Write a record into `folder` for `read_record`; return what was written, for its hash."""
    text = dump(record)
    (folder / _RECORD).write_bytes(text)
    return text


def read_record(folder: Path) -> Record | None:
    """The record, None where none was written."""
    path = folder / _RECORD
    return load(path.read_bytes(), Record) if path.is_file() else None


def write_genome(genome: Genome, folder: Path) -> bytes:
    """Write a genome into `folder` for `read_genome`; return what was written, for its hash."""
    text = dump(genome)
    (folder / _GENOME).write_bytes(text)
    return text


def read_genome(folder: Path) -> Genome | None:
    """The genome, None where none was written."""
    path = folder / _GENOME
    return load(path.read_bytes(), Genome) if path.is_file() else None


def write_segments(segments: SegmentResult, folder: Path) -> None:
    """Write labels that are an input into `folder` for `read_segments`."""
    np.save(folder / _SEGMENTS, np.ascontiguousarray(segments.array))
    facts = {
        "labels": [asdict(label) for label in segments.labels],
        "overlaps": [[int(value), list(labels)] for value, labels in segments.overlaps.items()],
    }
    (folder / _SEGMENT_FACTS).write_text(json.dumps(facts), encoding="utf-8")


def read_segments(folder: Path) -> SegmentResult | None:
    """The labels, None where none were written; the array is a read-only memory map."""
    path = folder / _SEGMENTS
    if not path.is_file():
        return None
    facts = json.loads((folder / _SEGMENT_FACTS).read_text(encoding="utf-8"))
    return SegmentResult(
        np.load(path, mmap_mode="r"),
        tuple(label_from_facts(one) for one in facts["labels"]),
        overlaps={value: tuple(labels) for value, labels in facts["overlaps"]},
    )


def findings_report(result: ClassifyResult) -> dict[str, Any]:
    """A result in JSON types; of heat maps what they are, without their arrays."""
    return {
        "findings": json.loads(dump(result.findings)),
        "used": list(result.used),
        "missing": list(result.missing),
        "abstained": result.abstained,
        "familiarity": None if result.familiarity is None else json.loads(dump(result.familiarity)),
        "coverage": result.coverage,
        "heat_maps": [{"key": one.key, "title": one.title, "method": one.method} for one in result.heat_maps],
        "charts": json.loads(dump(result.charts)),
        "explained": dict(result.explained),
        "notices": [notice_facts(notice) for notice in result.notices],
    }


def write_findings(result: ClassifyResult, folder: Path) -> None:
    """Write a result into `folder` for `read_findings`; heat maps as ``heat_0.npy`` ..."""
    for number, one in enumerate(result.heat_maps):
        np.save(folder / f"heat_{number}.npy", np.ascontiguousarray(one.array, dtype=np.float32))
    (folder / _FINDINGS).write_bytes(dump(findings_report(result)))


def read_findings(folder: Path) -> ClassifyResult:
    """Read a result; heat maps are read-only memory maps.

    Raises:
        OSError: Where a file is missing.
        ValueError: Where they do not hold a result.
    """
    facts: dict[str, Any] = orjson.loads((folder / _FINDINGS).read_bytes())
    maps = tuple(
        HeatMap(
            one["key"], one["title"], np.load(folder / f"heat_{number}.npy", mmap_mode="r"), one["method"]
        )
        for number, one in enumerate(facts.pop("heat_maps"))
    )
    return ClassifyResult(
        findings=tuple(load(orjson.dumps(one), Finding) for one in facts["findings"]),
        used=tuple(facts["used"]),
        missing=tuple(facts["missing"]),
        abstained=facts["abstained"],
        familiarity=_familiarity(facts["familiarity"]),
        coverage=facts["coverage"],
        heat_maps=maps,
        charts=tuple(load(orjson.dumps(one), Chart) for one in facts["charts"]),
        explained=facts["explained"],
        notices=tuple(Notice(**notice) for notice in facts["notices"]),
    )


def _familiarity(facts: dict[str, Any] | None) -> Familiarity | None:
    return None if facts is None else Familiarity(**facts)
