"""Keep, refuse, bring out and bring back results. Plain functions, to be run in the background."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from medapp.services.correcting import correction_of, superseding, why_not_corrected
from medapp.services.exporting import Exported, export
from medapp.services.proposal import Proposal, corrected
from medapp.services.reopening import Reopened, StoredResult, reopened, stored_results
from medapp.services.result_file import result_report, write_report

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.patient import Series
    from medapp.domain.segmentation import Segmentation
    from medapp.library.entries import ResultStatus
    from medapp.services.app import App

__all__ = [
    "Exported",
    "Proposal",
    "Reopened",
    "StoredResult",
    "accept",
    "corrected",
    "correction_of",
    "export",
    "reject",
    "reopen",
    "reopened",
    "stored_results",
    "superseding",
    "take_back",
    "why_not_corrected",
]

_PRIVATE: Final = 0o700


def accept(app: App, proposal: Proposal) -> Series:
    """Keep a proposal: as DICOM SEG in the program's results, listed in the library beside its images.

    What has been accepted once is never written over; a correction of it is kept beside it, see
    `superseding`.

    Returns:
        The segmentation as a series of the library.

    Raises:
        ValueError: Where it has been accepted already, or DICOM SEG cannot hold it (tilted slices);
            `export` still writes NIfTI.
        OSError: Where it cannot be written.
    """
    from medapp.formats.dicom.segmentation_write import write_segmentation

    folder = _folder(app, proposal)
    path = folder / "segmentation.dcm"
    if _is_known(app, path):
        message = "this result has been accepted already; a correction of it is kept as a new one"
        raise ValueError(message)
    write_segmentation(path, proposal.segmentation, proposal.series, edited=proposal.edited)
    status: ResultStatus = "corrected" if proposal.edited else "accepted"
    _record(app, proposal, folder, status)
    report = app.library.import_paths([path], remember=False)
    found = [app.library.series(key) for key in report.series_keys]
    kept = next((series for series in found if series.kind == "segmentation"), None)
    if kept is None:
        reasons = "; ".join(item.reason for item in report.rejected) or "no reason known"
        message = f"the segmentation was written to {path}, but the library did not take it: {reasons}"
        raise RuntimeError(message)
    proposal.release()
    return kept


def _is_known(app: App, path: Path) -> bool:
    """True where the library has the file; one that it never took was left by an accept that failed."""
    from medapp.formats.dicom.walk import read_header
    from medapp.formats.errors import UnreadableError

    if not path.is_file():
        return False
    try:
        uid = read_header(path).text("SeriesInstanceUID")
    except UnreadableError:
        return False
    return any(
        instance.path == path for series in app.library.series_by_uid(uid) for instance in series.instances
    )


def reject(app: App, proposal: Proposal) -> None:
    """Record that a proposal was refused, with its numbers and how it was made; its voxels are dropped.

    Raises:
        OSError: Where it cannot be written.
    """
    _record(app, proposal, _folder(app, proposal), "rejected")
    proposal.release()


def take_back(app: App, proposal: Proposal) -> None:
    """Forget that a proposal was refused; its voxels can be read as long as someone holds it.

    Raises:
        OSError: Where the record cannot be removed.
    """
    app.library.forget_result(proposal.id)
    folder = app.paths.results / proposal.id
    (folder / "result.json").unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()


def reopen(app: App, series_key: str) -> Segmentation:
    """A segmentation of the library as a label map, on the grid of its images where they are at hand.

    Raises:
        KeyError: Where there is no such series.
        ValueError: Where it is no segmentation or cannot be read.
    """
    return reopened(app, series_key).segmentation


def _folder(app: App, proposal: Proposal) -> Path:
    folder = app.paths.results / proposal.id
    folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    return folder


def _record(app: App, proposal: Proposal, folder: Path, status: ResultStatus) -> None:
    from medapp.library.entries import ResultEntry

    report = result_report(
        proposal.segmentation,
        proposal.measures,
        proposal.series,
        notices=proposal.notices,
        edited=proposal.edited,
    )
    write_report(folder / "result.json", {"id": proposal.id, "status": status, **report})
    provenance, segmentation = proposal.provenance, proposal.segmentation
    now = datetime.now(UTC).isoformat(timespec="seconds")
    finished = provenance.finished if provenance and segmentation.predecessor is None else ""
    app.library.add_result(
        ResultEntry(
            proposal.id,
            provenance.task if provenance else "",
            segmentation.title or (provenance.title if provenance else ""),
            provenance.plugin_version if provenance else "",
            proposal.series.key,
            finished or now,
            status,
            folder,
        )
    )
