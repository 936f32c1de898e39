"""Write a result into a folder: DICOM SEG, NIfTI and its numbers."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medapp.domain.notice import Notice
from medapp.domain.segmentation import LabelMeasure, measure
from medapp.services.proposal import Proposal
from medapp.services.reopening import reopened
from medapp.services.result_file import result_report, write_report

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.patient import Series
    from medapp.domain.segmentation import Segmentation
    from medapp.services.app import App
    from medapp.services.reopening import Reopened

SEGMENTATION = "segmentation.dcm"
STRUCTURES = "structures.dcm"
NIFTI = "segmentation.nii.gz"
REPORT = "result.json"


@dataclass(frozen=True)
class Exported:
    """Where the files lie.

    Attributes:
        segmentation_dcm, segmentation_nii: None where that format cannot hold the result. The first is a
            copy of the file where that came from the library, a structure set as it is.
        notices: Why not.
    """

    segmentation_dcm: Path | None
    segmentation_nii: Path | None
    result_json: Path
    notices: tuple[Notice, ...] = ()


def replaced_by_proposal(folder: Path) -> tuple[Path, ...]:
    """Files that lie in `folder` already and that the export of a proposal would replace."""
    return tuple(folder / name for name in (SEGMENTATION, NIFTI, REPORT) if (folder / name).exists())


def export(app: App, result: Proposal | Series, folder: Path) -> Exported:
    """Write a proposal, or labels or contours of the library, into `folder`, which is made if need be.

    Files of the same names are replaced.

    Raises:
        ValueError: Where a series is no segmentation or cannot be read.
        OSError: Where nothing can be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(result, Proposal):
        return _export_proposal(result, folder)
    return _export_series(reopened(app, result.key), folder)


def _export_proposal(proposal: Proposal, folder: Path) -> Exported:
    from medapp.formats.dicom.segmentation_write import write_segmentation

    notices: list[Notice] = []
    path: Path | None = folder / SEGMENTATION
    assert path is not None  # noqa: S101 - set just now
    try:
        write_segmentation(path, proposal.segmentation, proposal.series, edited=proposal.edited)
    except ValueError as error:
        path = None
        notices.append(Notice("dicom-not-written", f"No DICOM SEG was written: {error}."))
    nifti = _nifti(folder, proposal.segmentation, notices)
    report = result_report(
        proposal.segmentation,
        proposal.measures,
        proposal.series,
        notices=(*proposal.notices, *notices),
        edited=proposal.edited,
    )
    write_report(folder / REPORT, report)
    return Exported(path, nifti, folder / REPORT, tuple(notices))


def _export_series(found: Reopened, folder: Path) -> Exported:
    notices: list[Notice] = []
    dicom = folder / (STRUCTURES if found.series.kind == "structures" else SEGMENTATION)
    shutil.copyfile(found.series.instances[0].path, dicom)
    nifti = _nifti(folder, found.segmentation, notices)
    report = result_report(
        found.segmentation,
        _measures(found, notices),
        found.source,
        notices=(*found.notices, *notices),
        edited=found.edited,
    )
    write_report(folder / REPORT, report)
    return Exported(dicom, nifti, folder / REPORT, tuple(notices))


def _nifti(folder: Path, segmentation: Segmentation, notices: list[Notice]) -> Path | None:
    from medapp.formats.nifti_write import write_nifti

    try:
        write_nifti(folder / NIFTI, segmentation)
    except ValueError as error:
        notices.append(Notice("nifti-not-written", f"No NIfTI was written: {error}."))
        return None
    return folder / NIFTI


def _measures(found: Reopened, notices: list[Notice]) -> tuple[LabelMeasure, ...]:
    from medapp.formats.dicom.load import load_volume
    from medapp.formats.errors import UnreadableError

    if found.source is not None:
        try:
            return measure(found.segmentation, load_volume(found.source))
        except (UnreadableError, OSError, ValueError) as error:
            notices.append(Notice("images-unread", f"No means: the images cannot be read: {error}."))
    return _sizes(found.segmentation)


def _sizes(segmentation: Segmentation) -> tuple[LabelMeasure, ...]:
    """Voxels and volumes, without the images."""
    millilitres = segmentation.geometry.voxel_volume_ml
    found = []
    for label in segmentation.labels:
        masks = (segmentation.mask(label.value, k) for k in range(len(segmentation.array)))
        voxels = sum(int(np.count_nonzero(mask)) for mask in masks)
        volume = None if millilitres is None else voxels * millilitres
        found.append(LabelMeasure(label, voxels, volume, None, None))
    return tuple(found)
