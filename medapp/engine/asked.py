"""What a job asks of a plugin, read from the message and the folder that the shell staged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from medapp.api.context import TaskRefused
from medapp.api.requests import ClassifyRequest, MoleculesRequest, RecommendRequest, SegmentRequest
from medapp.api.wire import holds_volume, read_volume
from medapp.api.wire_findings import read_genome, read_record, read_segments
from medapp.api.wire_treatment import read_drugs

if TYPE_CHECKING:
    from medapp.api.requests import TaskRequest


def segment_request(message: dict[str, Any]) -> SegmentRequest:
    """What is to be segmented."""
    folder = Path(message["folder"])
    return SegmentRequest(
        message["task"],
        read_volume(folder),
        message["modality"],
        message["parameters"],
        message.get("body_part"),
        read_record(folder),
        read_genome(folder),
    )


def classify_request(message: dict[str, Any]) -> ClassifyRequest:
    """What is asked about a patient."""
    folder = Path(message["folder"])
    return ClassifyRequest(
        message["task"],
        read_volume(folder) if holds_volume(folder) else None,
        message["modality"],
        message.get("body_part"),
        message.get("facts", {}),
        read_segments(folder),
        read_record(folder),
        read_genome(folder),
        message["parameters"],
    )


def recommend_request(message: dict[str, Any]) -> RecommendRequest:
    """For whom treatment is to be proposed.

    Raises:
        TaskRefused: Where there is no record.
    """
    folder = Path(message["folder"])
    record = read_record(folder)
    if record is None:
        text = "there is no record of the patient"
        raise TaskRefused(text)
    current, candidates = read_drugs(folder)
    return RecommendRequest(
        message["task"], record, read_genome(folder), current, candidates, message["parameters"]
    )


def molecules_request(message: dict[str, Any]) -> MoleculesRequest:
    """Which molecules are to be made or looked at."""
    folder = Path(message["folder"])
    source = message.get("data")
    return MoleculesRequest(
        message["task"],
        Path(message["out"] or folder / "rows.jsonl"),
        None if source is None else Path(source),
        read_record(folder),
        read_genome(folder),
        message["parameters"],
    )


def any_request(message: dict[str, Any]) -> TaskRequest:
    """What the kind of the task takes."""
    kind = message.get("kind", "")
    if kind == "classification":
        return classify_request(message)
    if kind == "molecules":
        return molecules_request(message)
    return recommend_request(message) if kind == "treatment" else segment_request(message)
