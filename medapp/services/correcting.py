"""A segmentation of the library as a proposal again, so that a person may correct it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from medapp.domain.segmentation import Predecessor
from medapp.services.proposal import Proposal

if TYPE_CHECKING:
    from medapp.domain.patient import Series
    from medapp.domain.volume import Volume
    from medapp.services.reopening import Reopened


def why_not_corrected(found: Reopened) -> str:
    """Why a reopened segmentation cannot be corrected, as a sentence; empty where it can be."""
    from medapp.formats.dicom.segmentation_write import unwritable

    if found.series.kind != "segmentation":
        return "Contours cannot be corrected with the brush."
    if found.segmentation.overlaps:
        return "Their segments overlap: the brush cannot tell which of them a voxel shall be taken from."
    if found.source is None:
        return "Their images are not in the library, or they do not lie on them slice by slice."
    reason = unwritable(found.segmentation, found.source)
    return f"The result could not be kept as DICOM SEG: {reason}." if reason else ""


def correction_of(found: Reopened, volume: Volume) -> Proposal:
    """A reopened segmentation as a proposal to be corrected.

    What is kept of it is a new object and a new result, which name the reopened one as what they were
    corrected from; that one stays as it is.

    Args:
        found: Of this program or another.
        volume: Of its images.

    Raises:
        ValueError: Where it cannot be corrected, see `why_not_corrected`.
    """
    reason = why_not_corrected(found)
    if reason or found.source is None:
        raise ValueError(reason)
    segmentation = replace(found.segmentation, predecessor=_as_predecessor(found.series))
    return Proposal(
        uuid.uuid4().hex,
        found.source,
        volume,
        segmentation,
        (),
        segmentation.provenance,
        found.notices,
        edited=found.edited,
    )


def superseding(proposal: Proposal, kept: Series) -> Proposal:
    """A correction of what has been accepted, to be kept as a new object and result beside `kept`.

    What a person has accepted is never written over: it may have been sent or cited meanwhile.

    Args:
        proposal: As it shall be kept.
        kept: The DICOM SEG that it was corrected from, as a series of the library.
    """
    segmentation = replace(proposal.segmentation, predecessor=_as_predecessor(kept))
    return replace(proposal, id=uuid.uuid4().hex, segmentation=segmentation)


def _as_predecessor(series: Series) -> Predecessor:
    instance = series.instances[0]
    return Predecessor(
        instance.sop_class_uid,
        instance.sop_instance_uid,
        series.uid,
        series.study.uid,
        series.title,
        instance.path,
    )
