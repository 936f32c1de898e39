"""What a model proposes, until a person accepts, corrects or rejects it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medapp.domain.segmentation import measure

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.domain.notice import Notice
    from medapp.domain.patient import Series
    from medapp.domain.provenance import Provenance
    from medapp.domain.segmentation import LabelMeasure, Segmentation
    from medapp.domain.volume import Volume


def _nothing() -> None:
    """Nothing is held."""


@dataclass(frozen=True, eq=False)
class Proposal:
    """A segmentation that nobody has decided on yet.

    Attributes:
        id: Of the job that made it, or of the correction; a result keeps this identifier.
        series, volume: What it was made from.
        segmentation: Its array may be a memory map in scratch, see `release`.
        notices: Of the model, for the reader.
        provenance: None where another program made what a person corrects.
        log: The job's log.
        edited: True where a person has changed it by hand.
    """

    id: str
    series: Series
    volume: Volume
    segmentation: Segmentation
    measures: tuple[LabelMeasure, ...]
    provenance: Provenance | None
    notices: tuple[Notice, ...] = ()
    log: Path = field(default_factory=Path)
    edited: bool = False
    on_release: Callable[[], None] = _nothing

    def release(self) -> None:
        """Remove the array's file from scratch; what is mapped already can still be read. May be repeated."""
        self.on_release()


def corrected(proposal: Proposal, segmentation: Segmentation) -> Proposal:
    """The proposal as a person has changed it: measured again, and marked as edited by hand.

    Raises:
        ValueError: Where the labels do not lie on the proposal's grid.
    """
    if not segmentation.geometry.same_grid(proposal.segmentation.geometry):
        message = "the corrected labels do not lie on the grid of the proposal"
        raise ValueError(message)
    # The caller's array may still be drawn on.
    final = replace(
        segmentation,
        array=np.array(segmentation.array),
        provenance=proposal.provenance,
        series_key=proposal.series.key,
        source_series_uid=proposal.segmentation.source_series_uid,
        source_instance_uids=proposal.segmentation.source_instance_uids,
        predecessor=proposal.segmentation.predecessor,
    )
    return replace(proposal, segmentation=final, measures=measure(final, proposal.volume), edited=True)
