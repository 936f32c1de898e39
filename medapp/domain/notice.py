"""What a reader has to know about an image before trusting it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True)
class Notice:
    """A visible remark on a series, a file or a result.

    Attributes:
        code: A stable word for programs, e.g. ``gantry-tilt``, ``missing-slices``, ``uneven-spacing``,
            ``duplicate-slices``, ``spacing-unknown``, ``orientation-unknown``, ``lossy``, ``truncated``.
        message: A sentence for the reader, with the numbers in it.
        severity: ``error`` where pixels or numbers could not be had.
        values: The numbers behind the sentence, JSON types.
    """

    code: str
    message: str
    severity: Severity = "warning"
    values: Mapping[str, object] = field(default_factory=dict)
