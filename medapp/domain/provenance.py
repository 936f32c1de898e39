"""How a result came to be: enough to make it again and to judge it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Provenance:
    """Goes into the DICOM object and, as JSON, beside it.

    Attributes:
        task, title, plugin, plugin_version, plugin_sha256: What ran.
        weights: sha256 by file name.
        parameters: As the user set them, JSON types.
        input_uids: SOP instance UIDs, input_sha256: hash of the pixels in index order.
        record_sha256, genome_sha256: Of the patient's record and genome as they were handed over; empty where
            they were not.
        labels_sha256, labels_source: Of labels that were handed over, and where they came from; empty where
            none were.
        device, precision, rung: Where it ran, in which precision, and which rung of the memory ladder.
        started, finished: ISO 8601 with time zone.
        versions: Of the program and the libraries that touched the numbers.
    """

    task: str
    title: str
    plugin: str
    plugin_version: str
    plugin_sha256: str = ""
    weights: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, object] = field(default_factory=dict)
    input_series_uid: str = ""
    input_uids: tuple[str, ...] = ()
    input_sha256: str = ""
    device: str = ""
    precision: str = ""
    rung: str = ""
    seed: int = 0
    started: str = ""
    finished: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    intended_use: str = ""
    record_sha256: str = ""
    genome_sha256: str = ""
    labels_sha256: str = ""
    labels_source: str = ""
