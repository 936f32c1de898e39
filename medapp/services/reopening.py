"""Segmentations and contours of the library, brought back onto their images."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from medapp.domain.notice import Notice
    from medapp.domain.patient import Series
    from medapp.domain.segmentation import Segmentation
    from medapp.formats.dicom.rtstruct_refers import References
    from medapp.library import ResultEntry
    from medapp.services.app import App


@dataclass(frozen=True)
class Reopened:
    """A segmentation or structure set of the library.

    Attributes:
        series: Its own series.
        source: The images it lies on, None where they are not at hand or it does not fit them.
        notices: What was lost or decided as it was read.
        record: What this program noted when it was accepted, None for a file of elsewhere.
    """

    segmentation: Segmentation
    series: Series
    source: Series | None
    notices: tuple[Notice, ...] = ()
    edited: bool = False
    record: ResultEntry | None = None


def reopened(app: App, series_key: str) -> Reopened:
    """Read a segmentation, or the contours of a structure set, of the library.

    Where the images of a segmentation are not at hand it lies on a grid of its own, and its `series_key`
    is its own. Contours have no grid: without their images they are refused.

    Raises:
        KeyError: Where there is no such series.
        ValueError: Where it is neither, cannot be read, or has no images to lie on.
    """
    from medapp.formats.dicom.segmentation_read import lies_on, read_segmentation

    series = app.library.series(series_key)
    if series.kind == "structures":
        return _structures(app, series)
    if series.kind != "segmentation":
        message = f"{series.title} is no segmentation"
        raise ValueError(message)
    path = series.instances[0].path
    candidates = list(_candidates(app, series))
    source = next((item for item in candidates if lies_on(path, item)), None)
    read = read_segmentation(path, source or next(iter(candidates), None))
    segmentation = read.segmentation
    if source is None:
        segmentation = replace(segmentation, series_key=series.key)
    title = segmentation.title or series.title
    record = _record_of(app, series)
    return Reopened(replace(segmentation, title=title), series, source, read.notices, read.edited, record)


@dataclass(frozen=True)
class StoredResult:
    """Labels or contours of the library that were made from a series; they have not been read yet.

    Attributes:
        series: Their own series.
        record: What this program noted when they were accepted, None where another program made them.
    """

    series: Series
    record: ResultEntry | None


def kept_title(series: Series) -> tuple[str, bool] | None:
    """What a segmentation that this program wrote is called, and whether a person has corrected it.

    Returns:
        The title without the words that the writer puts to it; None for what another program wrote.
    """
    from medapp.formats.dicom.segmentation_note import read_note

    note = read_note(series.fact("ImageComments")) if series.kind == "segmentation" else {}
    if not note:
        return None
    title = series.description
    for words in (" - not for diagnostic use", ", corrected"):
        title = title.removesuffix(words)
    return title, note.get("edited_by_hand") is True


def stored_results(app: App, source: Series) -> tuple[StoredResult, ...]:
    """What the library holds that was made from a series, the newest first; other programs' at the end.

    Our own record tells parts of a series apart (phases, echoes); an object of another program names the
    series alone, and is given for each of its parts.
    """
    from medapp.library.keys import patient_key

    person = patient_key(source)
    found = []
    study = [one for one in app.library.series_of(source.study.uid) if patient_key(one) == person]
    images = frozenset(one.uid for one in study if one.kind in {"volume", "stack"} and one.uid)
    for series in study:
        if series.kind not in {"segmentation", "structures"} or not _made_from(series, source, images):
            continue
        record = _record_of(app, series)
        if record is None or _is_of(app, record, source):
            found.append(StoredResult(series, record))
    newest_first = sorted(found, key=lambda one: one.record.created if one.record else "", reverse=True)
    return tuple(newest_first)


def _made_from(series: Series, source: Series, images: frozenset[str]) -> bool:
    """Whether labels or contours lie on `source`, which is one of the `images` of the study.

    Contours that name none of these series are asked for the images that they were drawn on, and where
    they name none, for the frame of reference of their coordinates.
    """
    if not source.uid:
        return False
    if series.kind != "structures" or images & set(series.source_uids):
        return source.uid in series.source_uids
    found = _references(series.instances[0].path)
    if found.instance_uids:
        return any(one.sop_instance_uid in found.instance_uids for one in source.instances)
    frame = source.geometry.frame_of_reference_uid if source.geometry is not None else ""
    return source.kind == "volume" and frame in found.frames


def _references(path: Path) -> References:
    """Read once for as long as the file stays as it is: this is asked whenever another series is in view."""
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _references_at(path, changed)


@lru_cache(maxsize=64)
def _references_at(path: Path, changed: int) -> References:
    from medapp.formats.dicom.rtstruct_refers import references_of

    del changed
    return references_of(path)


def _record_of(app: App, series: Series) -> ResultEntry | None:
    folder = series.instances[0].path.parent
    if folder.parent != app.paths.results:
        return None
    try:
        return app.library.result(folder.name)
    except KeyError:
        return None


def _is_of(app: App, record: ResultEntry, source: Series) -> bool:
    """Whether a record means this part of the series; one whose part is gone may mean any."""
    if record.series_key == source.key:
        return True
    return all(part.key != record.series_key for part in app.library.series_by_uid(source.uid))


def _structures(app: App, series: Series) -> Reopened:
    from medapp.formats.dicom.rtstruct_read import read_structures

    # Many files name their images by instance only, so that any series of the study may be meant.
    referenced = [item for uid in series.source_uids for item in app.library.series_by_uid(uid)]
    candidates = {item.key: item for item in (*referenced, *app.library.series_of(series.study.uid))}
    read, source = read_structures(series.instances[0].path, candidates.values(), series.source_uids)
    title = series.description or read.segmentation.title or series.title
    return Reopened(replace(read.segmentation, title=title), series, source, read.notices)


def _candidates(app: App, series: Series) -> Iterator[Series]:
    """Series that may be its images: what our own record says, then what the object refers to."""
    library = app.library
    record = _record_of(app, series)
    if record is not None:
        # The images may have been taken out of the library, or indexed anew under another key.
        with contextlib.suppress(KeyError):
            yield library.series(record.series_key)
    for uid in series.source_uids:
        yield from (item for item in library.series_by_uid(uid) if item.geometry is not None)
