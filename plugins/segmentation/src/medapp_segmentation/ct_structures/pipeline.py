"""ct.structures: body, lungs, airways and bone on any CT, without weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medapp.api import Estimate, InputCheck, SegmentResult
from medapp.domain.notice import Notice
from medapp_segmentation.ct_structures.borders import draw
from medapp_segmentation.ct_structures.grid import coarsen, steps_mm
from medapp_segmentation.ct_structures.labels import LABELS, LUNG_LEFT, LUNG_RIGHT
from medapp_segmentation.ct_structures.shapes import find_shapes

if TYPE_CHECKING:
    from medapp.api import JobContext, SegmentRequest
    from medapp_segmentation.ct_structures.shapes import Shapes

_FIXED_BYTES, _BYTES_A_VOXEL = 400_000_000, 6.0
_MUCH_OUTSIDE = 0.4
_FIXED_S, _SECONDS_A_MEGAVOXEL = 2.0, 0.1


def check_input(request: SegmentRequest) -> InputCheck:
    """A CT in Hounsfield units with known pixel spacing."""
    volume = request.volume
    if request.modality != "CT":
        return InputCheck(ok=False, reason=f"needs CT, this is {request.modality or 'of unknown modality'}")
    if volume.is_color:
        return InputCheck(ok=False, reason="needs grey values, this is a colour image")
    if volume.unit != "HU":
        reason = "needs Hounsfield units, the file does not say how its values become them"
        return InputCheck(ok=False, reason=reason)
    if not volume.geometry.stackable:
        return InputCheck(ok=False, reason="needs parallel slices, these do not make a volume")
    if steps_mm(volume) is None:
        return InputCheck(ok=False, reason="needs the pixel spacing, which the file does not state")
    return InputCheck(ok=True)


def estimate(request: SegmentRequest) -> Estimate:
    """Memory and time: one label a voxel, the coarse grids and a fine one of the chest."""
    voxels = float(np.prod(request.volume.array.shape[:3]))
    return Estimate(
        int(_FIXED_BYTES + _BYTES_A_VOXEL * voxels), _FIXED_S + _SECONDS_A_MEGAVOXEL * voxels / 1e6
    )


def segment(request: SegmentRequest, context: JobContext) -> SegmentResult:
    """Segment one CT.

    Raises:
        ValueError: Where `check_input` says no, with its reason.
    """
    check = check_input(request)
    steps = steps_mm(request.volume)
    if not check.ok or steps is None:
        raise ValueError(check.reason)
    _set_threads(context.threads)
    context.progress(0.0, "reading values")
    grid = coarsen(request.volume, steps, context.check_cancelled)
    shapes = find_shapes(request.volume, grid, context)
    array = draw(request.volume, grid, shapes, context)
    found = {int(value) for plane in array for value in np.flatnonzero(np.bincount(plane.ravel()))}
    labels = tuple(label for label in LABELS if label.value in found)
    context.progress(1.0, "done")
    return SegmentResult(array, labels, (*shapes.notices, *_notices(request, shapes, found)))


def _set_threads(threads: int) -> None:
    import SimpleITK as sitk

    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(max(1, threads))


def _notices(request: SegmentRequest, shapes: Shapes, found: set[int]) -> list[Notice]:
    notices = []
    if not found - {0}:
        notices.append(Notice("nothing-found", "Neither body nor bone, lungs or airways were found."))
    if shapes.airways is not None and shapes.airways.leaked:
        message = (
            "The bronchi could not be followed without leaking into the lung: only the trachea is marked."
        )
        notices.append(Notice("airways-trachea-only", message, "info"))
    if shapes.dense_outside > _MUCH_OUTSIDE:
        message = (
            f"{shapes.dense_outside:.0%} of what is as dense as bone lies outside "
            "what was taken for the body: check body and bone."
        )
        notices.append(Notice("dense-outside-body", message, values={"share": shapes.dense_outside}))
    if len(found & {LUNG_LEFT, LUNG_RIGHT}) == 1:
        notices.append(Notice("one-lung", "Aerated lung was found on one side only.", "info"))
    if request.volume.failed:
        count = len(request.volume.failed)
        message = f"{count} of {request.volume.array.shape[0]} slices could not be read and are left empty."
        notices.append(Notice("failed-slices", message, values={"count": count}))
    return notices
