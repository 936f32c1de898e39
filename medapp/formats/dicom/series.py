"""One part of a series, as the domain shows it."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from medapp.domain.notice import Notice
from medapp.domain.patient import Series
from medapp.formats.dicom import kinds
from medapp.formats.dicom.facts import (
    extra_of,
    file_instance,
    identity_notices,
    instance_of,
    source_series,
    study_of,
)
from medapp.formats.dicom.geometry import Plane, build, repeats, single
from medapp.formats.dicom.private import is_mosaic
from medapp.formats.dicom.remarks import pixel_notices
from medapp.formats.dicom.spacing import Spacing, in_plane_spacing
from medapp.formats.dicom.splitting import Part, is_localizer_part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.domain.geometry import Geometry
    from medapp.domain.patient import SeriesKind
    from medapp.formats.dicom.frames import Frame
    from medapp.formats.dicom.header import Header

_LISTED: Final = 20
_MAX_CLIP_INSTANCES: Final = 20_000


def key_of(*facts: object) -> str:
    """A stable, path-safe key from what makes a part."""
    return hashlib.sha256("\x1f".join(str(fact) for fact in facts).encode("utf-8", "replace")).hexdigest()[
        :20
    ]


def image_series(
    part: Part, words: str, identity: tuple[object, ...], notices: Sequence[Notice] = ()
) -> Series:
    """A volume where the part is one, else a stack of frames."""
    found = [*notices]
    frames = part.frames
    plane, spacing = plane_of(frames, part)
    if spacing.notice is not None:
        found.append(spacing.notice)
    stack = None
    if _may_be_volume(part):
        stack = build([frame.position for frame in frames if frame.position], plane)
        if stack is None:
            message = "The slices are parallel but do not lie behind one another; they are shown one by one."
            found.append(Notice("not-aligned", message))
    if stack is not None:
        ordered = [frames[index] for index in stack.order]
        found += stack.notices
        return _series(ordered, "volume", stack.geometry, (part, words, identity), found)
    ordered = sorted(frames, key=_shown_order)
    geometry = single(frames[0].position if len(frames) == 1 else None, plane, len(frames))
    found += _orientation_notices(frames)
    return _series(ordered, "stack", geometry, (part, words, identity), found)


def plane_of(frames: Sequence[Frame], part: Part) -> tuple[Plane, Spacing]:
    """What the slices have in common, and their in-plane spacing."""
    first = frames[0]
    header = first.header
    spacing = Spacing(first.spacing) if first.spacing is not None else in_plane_spacing(header)
    if first.stated_orientation and first.orientation is None:
        message = "Lengths are in pixels: the stated orientation is no orientation."
        spacing = Spacing(None, Notice("spacing-unknown", message))
    if is_mosaic(header):
        spacing = Spacing(None)
    return (
        Plane(
            header.rows,
            header.columns,
            None if is_mosaic(header) else part.orientation,
            spacing.mm,
            first.thickness,
            header.text("FrameOfReferenceUID"),
        ),
        spacing,
    )


def _may_be_volume(part: Part) -> bool:
    first = part.frames[0]
    header = first.header
    positions = [frame.position for frame in part.frames if frame.position is not None]
    if part.orientation is None or len(positions) < max(len(part.frames), 2):
        return False
    if len(repeats(positions, part.orientation)) < len(positions):
        return False
    if header.text("Modality") in kinds.PROJECTION or header.samples != 1 or is_localizer_part(part):
        return False
    return not is_mosaic(header) and header.photometric != "PALETTE COLOR"


def _shown_order(frame: Frame) -> tuple[int, int, str, int]:
    number = frame.header.integer("InstanceNumber")
    return (0 if number is not None else 1, number or 0, str(frame.header.path), frame.index or 0)


def _orientation_notices(frames: Sequence[Frame]) -> list[Notice]:
    first = frames[0]
    header = first.header
    if is_mosaic(header):
        message = "Slices are tiled into one image (mosaic), shown as it is; their places are not known."
        return [Notice("mosaic", message)]
    if header.text("Modality") in kinds.PROJECTION:
        return []
    if first.stated_orientation and first.orientation is None:
        stated = header.text("ImageOrientationPatient")[:96] or "in the functional groups"
        message = f"The orientation ({stated}) is not one; left and right, head and feet are not known."
        return [Notice("orientation-unknown", message)]
    if first.orientation is None or first.position is None:
        return [
            Notice(
                "orientation-unknown", "The file does not state how the image lies in the patient.", "info"
            )
        ]
    return []


def _series(
    frames: Sequence[Frame],
    kind: SeriesKind,
    geometry: Geometry,
    what: tuple[Part, str, tuple[object, ...]],
    notices: list[Notice],
) -> Series:
    part, words, identity = what
    headers = _files(frames)
    first = headers[0]
    if is_localizer_part(part):
        notices.append(Notice("localizer", "A localizer: it does not enter a volume.", "info"))
    if part.guessed:
        message = "Slices lie at the same places; they were divided into phases by their order alone."
        notices.append(Notice("phase-guessed", message))
    notices += [*identity_notices(first), *pixel_notices(headers)]
    phases = tuple(value for _, value in part.phases)
    return Series(
        key=key_of(*identity, part.key, *phases),
        uid=first.text("SeriesInstanceUID"),
        study=study_of(first),
        modality=first.text("Modality"),
        kind=kind,
        instances=tuple(instance_of(frame) for frame in frames),
        geometry=geometry,
        number=first.integer("SeriesNumber"),
        description=first.text("SeriesDescription"),
        split=words,
        laterality=first.text("ImageLaterality") or first.text("Laterality"),
        notices=tuple(notices),
        extra=extra_of(first),
        source_uids=source_series(first),
    )


def _files(frames: Sequence[Frame]) -> list[Header]:
    """Headers of the frames, each file once."""
    return list({id(frame.header): frame.header for frame in frames}.values())


def clip_series(
    header: Header, words: str, identity: tuple[object, ...], notices: Sequence[Notice] = ()
) -> Series:
    """A multi-frame file whose frames are looked at one after the other."""
    frames = header.number_of_frames
    spacing = in_plane_spacing(header)
    shared = header.values.first("SharedFunctionalGroupsSequence").first("PixelMeasuresSequence")
    if spacing.mm is None and shared.bytes_of("PixelSpacing"):
        from medapp.formats.dicom.vectors import spacing_of

        spacing = Spacing(spacing_of(shared.numbers("PixelSpacing")), None)
    plane = Plane(header.rows, header.columns, None, spacing.mm, None, header.text("FrameOfReferenceUID"))
    found = [*notices, *_described(header), *([spacing.notice] if spacing.notice else [])]
    whole = kinds.is_slide(header) or frames > _MAX_CLIP_INSTANCES
    if kinds.is_slide(header):
        size = f"{header.text('TotalPixelMatrixRows')} x {header.text('TotalPixelMatrixColumns')}"
        found.append(
            Notice(
                "tiled",
                f"The frames are {frames} tiles of one image of {size}; they are shown one by one.",
                "info",
            )
        )
    instances = (
        (file_instance(header),) if whole else tuple(file_instance(header, index) for index in range(frames))
    )
    series = object_series(header, "stack", identity, found)
    return replace(series, instances=instances, geometry=single(None, plane, frames), split=words)


def _described(header: Header) -> list[Notice]:
    """Functional groups that are not those of the frames: places and phases are then not known."""
    described, frames = len(header.values.items("PerFrameFunctionalGroupsSequence")), header.number_of_frames
    if not described or described == frames:
        return []
    message = f"The file describes {described} frames and states {frames}; they are shown without a place."
    return [Notice("frames-mismatch", message, "warning", {"described": described, "stated": frames})]


def object_series(
    header: Header, kind: SeriesKind, identity: tuple[object, ...], notices: Sequence[Notice] = ()
) -> Series:
    """A file that is one object by itself: segmentation, structures, document, waveform ..."""
    return Series(
        key=key_of(*identity, header.text("SOPInstanceUID") or header.path),
        uid=header.text("SeriesInstanceUID"),
        study=study_of(header),
        modality=header.text("Modality"),
        kind=kind,
        instances=(file_instance(header),),
        number=header.integer("SeriesNumber"),
        description=header.text("SeriesDescription"),
        laterality=header.text("ImageLaterality") or header.text("Laterality"),
        notices=(*notices, *identity_notices(header), *pixel_notices([header])),
        extra=extra_of(header),
        source_uids=source_series(header),
    )


def without_pixels(
    headers: Sequence[Header], identity: tuple[object, ...], notices: Sequence[Notice]
) -> Series:
    """Image objects that carry no pixels: nothing to show, but there."""
    ordered = sorted(headers, key=lambda header: (header.integer("InstanceNumber") or 0, str(header.path)))
    series = object_series(ordered[0], "other", (*identity, "without pixels"), notices)
    return replace(series, instances=tuple(file_instance(header) for header in ordered))


def segmentation_geometry(frames: Sequence[Frame]) -> Geometry | None:
    """The grid that the frames of a segmentation lie on, each place once."""
    orientation = frames[0].orientation
    positions = [frame.position for frame in frames if frame.position is not None]
    if orientation is None or len(positions) != len(frames):
        return None
    places = repeats(positions, orientation)
    header = frames[0].header
    plane = Plane(
        header.rows,
        header.columns,
        orientation,
        frames[0].spacing,
        frames[0].thickness,
        header.text("FrameOfReferenceUID"),
    )
    stack = build([positions[place[0]] for place in places], plane)
    return stack.geometry if stack is not None else None


def asked_series(
    leaves: Sequence[Part], words: str, identity: tuple[object, ...], notices: Sequence[Notice]
) -> Series:
    """Many phases kept together, phase after phase, until the user says how to show them."""
    from medapp.formats.dicom.geometry import order_along_normal

    ordered: list[Frame] = []
    for leaf in leaves:
        order = range(len(leaf.frames))
        if leaf.orientation is not None:
            positions = [frame.position for frame in leaf.frames if frame.position is not None]
            order = order_along_normal(positions, leaf.orientation)[0]  # type: ignore[assignment]
        ordered += [leaf.frames[index] for index in order]
    plane, spacing = plane_of(ordered, leaves[0])
    names = Counter(name for leaf in leaves for name, _ in leaf.phases)
    by = " and ".join(names)
    message = f"{len(leaves)} phases by {by} lie at the same places, shown one after the other: split them?"
    values = {"phases": len(leaves), "slices": [len(leaf.frames) for leaf in leaves], "by": list(names)}
    found = [
        *notices,
        Notice("ask-split", message, "warning", values),
        *([spacing.notice] if spacing.notice else []),
    ]
    geometry = single(ordered[0].position, plane, len(ordered))
    whole = Part(leaves[0].key, ordered, (), orientation=leaves[0].orientation)
    return _series(ordered, "stack", geometry, (whole, words, identity), found)
