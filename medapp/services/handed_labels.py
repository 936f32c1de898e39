"""Labels that are handed to a model with the images: from files, or those that were kept in the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.api.results import SegmentResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from medapp.domain.notice import Notice
    from medapp.domain.patient import Series
    from medapp.domain.segmentation import Segmentation
    from medapp.services.app import App


@dataclass(frozen=True, eq=False)
class Labels:
    """Labels on the grid of a series.

    Attributes:
        source: Where they came from, in words, for the provenance.
        notices: What was lost or decided as they were read.
    """

    segments: SegmentResult
    source: str
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, eq=False)
class LabelSource:
    """Labels that could be handed over; they have not been read yet.

    Attributes:
        series: Their own series.
        task: Of what made them; empty where another program did.
        read: Raises ValueError where they cannot be read or do not lie on the images.
        is_named: Whether they name the images; else they only share their coordinates.
    """

    series: Series
    title: str
    task: str
    read: Callable[[], Labels]
    is_named: bool = True


def kept_labels(app: App, images: Series) -> tuple[LabelSource, ...]:
    """What the library holds that was made from a series, the newest first; nothing is read yet."""
    from medapp.services.reopening import kept_title, stored_results

    found = []
    for stored in stored_results(app, images):
        kept = kept_title(stored.series)
        found.append(
            LabelSource(
                stored.series,
                kept[0] if kept else stored.series.title,
                stored.record.task if stored.record else "",
                _Kept(app, stored.series.key, images),
            )
        )
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Kept:
    app: App
    key: str
    images: Series

    def __call__(self) -> Labels:
        from medapp.services.reopening import reopened

        found = reopened(self.app, self.key)
        if found.source is None or found.source.key != self.images.key:
            message = f"{found.segmentation.title} does not lie on the slices of {self.images.title}"
            raise ValueError(message)
        edited = ", corrected by hand" if found.edited else ""
        return _labels(found.segmentation, self.images, found.notices, f"{_source(found.series)}{edited}")


def labels_among(found: Iterable[Series], images: Series) -> tuple[LabelSource, ...]:
    """Segmentations and structure sets among series of files that may lie on `images`; none is read yet.

    Those that name the images come first. What names other images that are among the files too is left out;
    what names images that are not at hand, or none, may be meant where it lies in the same coordinates.
    """
    from medapp.services.reopening import kept_title

    listed = tuple(found)
    elsewhere = {one.uid for one in listed if one.kind in {"volume", "stack"} and one.uid} - {images.uid}
    sources = []
    for series in listed:
        if series.kind not in {"segmentation", "structures"}:
            continue
        named = _names(series, images)
        if named or (not elsewhere & set(series.source_uids) and _shares_place(series, images)):
            kept = kept_title(series)
            title = kept[0] if kept else series.title
            sources.append(
                LabelSource(series, title, _made_by(series), _InFile(series, images), is_named=named)
            )
    return tuple(sorted(sources, key=lambda one: not one.is_named))


def _names(series: Series, images: Series) -> bool:
    from medapp.formats.dicom.rtstruct_refers import references_of

    if images.uid and images.uid in series.source_uids:
        return True
    if series.kind != "structures":
        return False
    named = references_of(series.instances[0].path).instance_uids
    return any(one.sop_instance_uid in named for one in images.instances)


def _shares_place(series: Series, images: Series) -> bool:
    from medapp.formats.dicom.rtstruct_refers import references_of
    from medapp.formats.dicom.segmentation_read import lies_on

    path = series.instances[0].path
    if series.kind == "structures":
        frame = images.geometry.frame_of_reference_uid if images.geometry is not None else ""
        return bool(frame) and frame in references_of(path).frames
    try:
        return lies_on(path, images)
    except ValueError:
        return False


def _made_by(series: Series) -> str:
    """The task that made a segmentation which this program wrote, else empty."""
    from medapp.formats.dicom.segmentation_note import read_note

    note = read_note(series.fact("ImageComments")) if series.kind == "segmentation" else {}
    provenance = note.get("provenance")
    return str(provenance.get("task", "")) if isinstance(provenance, dict) else ""


@dataclass(frozen=True, eq=False)
class _InFile:
    series: Series
    images: Series

    def __call__(self) -> Labels:
        from medapp.formats.dicom.rtstruct_read import read_structures
        from medapp.formats.dicom.segmentation_read import read_segmentation

        path = self.series.instances[0].path
        if self.series.kind == "structures":
            read, _ = read_structures(path, [self.images], self.series.source_uids)
        else:
            read = read_segmentation(path, self.images)
        return _labels(read.segmentation, self.images, read.notices, _source(self.series))


def _source(series: Series) -> str:
    uid = series.instances[0].sop_instance_uid
    return f"{series.modality} {series.title}, {uid}" if uid else f"{series.modality} {series.title}"


def _labels(segmentation: Segmentation, images: Series, notices: tuple[Notice, ...], source: str) -> Labels:
    geometry = images.geometry
    if geometry is None or not segmentation.geometry.same_grid(geometry):
        message = f"the labels {segmentation.title or 'given'} do not lie on the slices of {images.title}"
        raise ValueError(message)
    segments = SegmentResult(segmentation.array, segmentation.labels, overlaps=segmentation.overlaps)
    return Labels(segments, source, notices)
