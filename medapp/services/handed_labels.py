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
    """

    series: Series
    title: str
    task: str
    read: Callable[[], Labels]


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
    """Segmentations and structure sets among series of files that may lie on `images`; none is read yet."""
    from medapp.services.reopening import kept_title

    sources = []
    for series in found:
        if series.kind not in {"segmentation", "structures"}:
            continue
        if series.source_uids and images.uid not in series.source_uids:
            continue
        kept = kept_title(series)
        title = kept[0] if kept else series.title
        sources.append(LabelSource(series, title, _made_by(series), _InFile(series, images)))
    return tuple(sources)


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
