"""Headers to series: what belongs together, in order, with what has to be said of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from medapp.domain.notice import Notice
from medapp.formats.dicom import kinds
from medapp.formats.dicom.facts import PATIENT_KEYWORDS, patient_of
from medapp.formats.dicom.frames import Frame, frames_of
from medapp.formats.dicom.series import (
    asked_series,
    clip_series,
    image_series,
    object_series,
    segmentation_geometry,
    without_pixels,
)
from medapp.formats.dicom.splitting import Part, describe, parts_of, phases_of, repeated_of
from medapp.formats.dicom.tags import tag_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from medapp.domain.patient import Series
    from medapp.formats.dicom.header import Header

ASK_FROM: Final = 8
"""From this many phases on the user is asked before they are split."""

Identity = tuple[str, str, str, str]
_IDENTIFYING: Final = tuple(
    tag_of(keyword) for keyword in (*PATIENT_KEYWORDS, "StudyInstanceUID", "SeriesInstanceUID")
)


@dataclass(slots=True)
class _Bucket:
    """Files of one series of one patient; `places` are their indices by SOP instance UID."""

    headers: list[Header] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    copies: int = 0
    unnamed: int = 0


class Grouper:
    """Takes headers one by one and gives the series at the end.

    Headers of one series share the values they have in common, so that memory grows by little for every
    file.
    """

    def __init__(self, choices: Mapping[str, bool] | None = None) -> None:
        """Set what the user has said of phases.

        Args:
            choices: By series UID: True splits any number of phases, False keeps them together. Series
                that are not named are split up to `ASK_FROM` phases.
        """
        self._buckets: dict[Identity, _Bucket] = {}
        self._identities: dict[tuple[object, ...], Identity] = {}
        self._choices = choices or {}

    def add(self, header: Header, *, prefer: bool = False) -> None:
        """Take one file.

        A copy of one that was taken is left out, or replaces it where `prefer` is set or it is the sounder.
        """
        identity = self._identity(header)
        bucket = self._buckets.get(identity)
        if bucket is None:
            bucket = self._buckets[identity] = _Bucket()
        header = header.compact(bucket.headers[0] if bucket.headers else None)
        uid = header.text("SOPInstanceUID")
        place = bucket.places.get(uid)
        if place is not None and bucket.headers[place].values.raw == header.values.raw:
            bucket.copies += 1
            if prefer or _is_sounder(header, bucket.headers[place]):
                bucket.headers[place] = header
            return
        if not uid:
            bucket.unnamed += 1
        elif place is None:
            bucket.places[uid] = len(bucket.headers)
        bucket.headers.append(header)

    def _identity(self, header: Header) -> Identity:
        stated = (header.values.charset, *map(header.values.raw.get, _IDENTIFYING))
        known = self._identities.get(stated)
        if known is not None:
            return known
        series = header.text("SeriesInstanceUID")
        folder = "" if series else str(header.path.parent)
        identity = (patient_of(header).key, header.text("StudyInstanceUID"), series, folder)
        if series:
            self._identities[stated] = identity
        return identity

    def _ask_from(self, uid: str) -> int:
        choice = self._choices.get(uid)
        if choice is None:
            return ASK_FROM
        return 1 << 30 if choice else 2

    def series(self) -> tuple[Series, ...]:
        """All series, ordered by patient, study, number and part."""
        owners: dict[str, set[str]] = {}
        for patient, _, uid, _ in self._buckets:
            if uid:
                owners.setdefault(uid, set()).add(patient)
        found: list[Series] = []
        for identity, bucket in self._buckets.items():
            made = list(_series_of(identity, bucket, self._ask_from(identity[2])))
            if len(owners.get(identity[2], ())) > 1:
                made = [_with_notice(series, _mixed(len(owners[identity[2]]))) for series in made]
            found += made
        return tuple(sorted(found, key=_order))


def _is_sounder(one: Header, other: Header) -> bool:
    """True where, of two files with the same header, the other was cut or has more that is odd."""
    if len(one.remarks) != len(other.remarks):
        return len(one.remarks) < len(other.remarks)
    return one.file_size > other.file_size


def group(headers: Iterable[Header], choices: Mapping[str, bool] | None = None) -> tuple[Series, ...]:
    """Group headers into series; see `Grouper`."""
    grouper = Grouper(choices)
    for header in headers:
        grouper.add(header)
    return grouper.series()


def _order(series: Series) -> tuple[str, str, str, int, str, str]:
    study = series.study
    number = series.number if series.number is not None else 1 << 30
    return (study.patient.key, study.date, study.uid, number, series.uid, series.split)


def _with_notice(series: Series, notice: Notice) -> Series:
    return replace(series, notices=(notice, *series.notices))


def _mixed(patients: int) -> Notice:
    message = f"Images of {patients} patients carry the same series UID; they are kept apart."
    return Notice("mixed-patient", message, "error", {"patients": patients})


def _series_of(identity: Identity, bucket: _Bucket, ask_from: int) -> Iterator[Series]:
    common: list[Notice] = []
    if bucket.copies:
        message = (
            f"{bucket.copies} files are copies of others and were left out."
            if bucket.copies > 1
            else "1 file is a copy of another and was left out."
        )
        common.append(Notice("duplicate-files", message, "info", {"files": bucket.copies}))
    same = len(bucket.headers) - len(bucket.places) - bucket.unnamed
    if same:
        message = (
            f"{same} files carry the identifier of another file, but are not the same."
            if same > 1
            else "1 file carries the identifier of another file, but is not the same."
        )
        common.append(Notice("duplicate-uids", message, "warning", {"files": same}))
    frames: list[Frame] = []
    clips: list[Header] = []
    bare: list[Header] = []
    for header in bucket.headers:
        kind = kinds.kind_of(header)
        if kind is not None:
            yield _object(header, kind, identity, common)
        elif not header.has_pixels:
            bare.append(header)
        else:
            places = frames_of(header)
            if places is None:
                clips.append(header)
            else:
                frames += places
    if bare:
        yield without_pixels(bare, identity, [*common, _no_pixels(len(bare))])
    parts = parts_of(frames)
    yield from _clips(clips, identity, common, alone=not parts)
    keys = [part.key for part in parts]
    for part in parts:
        yield from _part(part, describe(part.key, keys), (identity, common, ask_from))


def _no_pixels(files: int) -> Notice:
    return Notice("no-pixels", f"Image objects without pixels: {files}.", "error", {"files": files})


def _object(header: Header, kind: str, identity: Identity, common: list[Notice]) -> Series:
    series = object_series(header, kind, identity, common)  # type: ignore[arg-type]
    if kind != "segmentation":
        return series
    places = frames_of(header)
    geometry = segmentation_geometry(places) if places else None
    return replace(series, geometry=geometry)


def _clips(clips: list[Header], identity: Identity, common: list[Notice], *, alone: bool) -> Iterator[Series]:
    ordered = sorted(clips, key=lambda header: (header.integer("InstanceNumber") or 0, str(header.path)))
    for number, header in enumerate(ordered, 1):
        words = "" if alone and len(ordered) == 1 else f"clip {header.integer('InstanceNumber') or number}"
        yield clip_series(header, words, identity, common)


def _part(part: Part, words: str, context: tuple[Identity, list[Notice], int]) -> Iterator[Series]:
    identity, common, ask_from = context
    leaves = phases_of(part)
    if len(leaves) >= ask_from:
        yield asked_series(leaves, words, identity, common)
        return
    for number, leaf in enumerate(leaves, 1):
        phase = _phase_words(leaf, number, len(leaves))
        yield from _leaf(leaf, ", ".join(word for word in (words, phase) if word), identity, common)


def _phase_words(leaf: Part, number: int, count: int) -> str:
    if count == 1:
        return ""
    name, value = leaf.phases[-1]
    return f"phase {number} of {count}" if name == "phase" else f"phase {number} of {count}, {name} {value}"


def _leaf(leaf: Part, words: str, identity: Identity, common: list[Notice]) -> Iterator[Series]:
    """A leaf, with slices that lie at a place already taken set apart."""
    again = repeated_of(leaf)
    if not again:
        yield image_series(leaf, words, identity, common)
        return
    message = f"{len(again)} slices lie where another slice lies; they are listed apart, nothing is averaged."
    notice = Notice("duplicate-slices", message, "warning", {"slices": len(again)})
    rest = {id(frame) for frame in again}
    kept = Part(
        leaf.key,
        [frame for frame in leaf.frames if id(frame) not in rest],
        leaf.phases,
        leaf.guessed,
        leaf.orientation,
    )
    yield image_series(kept, words, identity, [*common, notice])
    others = Part((*leaf.key, ("again", "1")), again, leaf.phases, leaf.guessed, leaf.orientation)
    name = ", ".join(word for word in (words, "duplicate positions") if word)
    yield image_series(others, name, identity, [*common, notice])
