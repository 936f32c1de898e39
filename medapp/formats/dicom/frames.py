"""One record for every frame that can be shown, whichever way the file is built.

A plain file has one; enhanced multi-frame objects state position, echo, phase and the like for every
frame in functional groups (PS3.3 C.7.6.16); dose grids and reconstructed nuclear medicine give one
position and the offsets of the frames.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from medapp.formats.dicom import kinds
from medapp.formats.dicom.header import decimal_strings
from medapp.formats.dicom.private import b_value
from medapp.formats.dicom.vectors import (
    MAX_COORDINATE,
    Orientation,
    Vector,
    cross,
    length_of,
    orientation_of,
    position_of,
    spacing_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medapp.formats.dicom.header import Header, Values

MAX_FRAMES: Final = 200_000
_STEP_POINTERS: Final = frozenset(((0x0020, 0x0032), (0x0020, 0x9057), (0x0020, 0x9056), (0x0020, 0x9301)))


@dataclass(slots=True)
class Frame:
    """One frame.

    Attributes:
        header: Of its file.
        index: 0-based number in the file, None where the file has one frame.
        position: LPS mm of the centre of its first pixel, None where unknown or not valid.
        orientation: Row and column directions, None as above.
        spacing: (between rows, between columns) in mm from functional groups; None for plain files, which
            are asked once a series.
        thickness: Slice thickness in mm.
        frame_type: Image Type, or Frame Type of an enhanced object.
        moments: What may tell phases apart, name to value.
    """

    header: Header
    index: int | None
    position: Vector | None
    orientation: Orientation | None
    spacing: tuple[float, float] | None
    thickness: float | None
    frame_type: tuple[str, ...]
    moments: dict[str, float | str | tuple[float, ...]] = field(default_factory=dict)
    segment: int | None = None
    stated_orientation: bool = True


_MOMENTS: Final = (
    ("echo time", "EchoTime"),
    ("temporal position", "TemporalPositionIdentifier"),
    ("cardiac phase", "NominalPercentageOfCardiacPhase"),
    ("trigger time", "TriggerTime"),
    ("inversion time", "InversionTime"),
    ("flip angle", "FlipAngle"),
    ("frame time", "FrameReferenceTime"),
    ("acquisition", "AcquisitionNumber"),
)
_WORDS: Final = (
    ("contrast phase", "ContrastBolusAgentPhase"),
    ("contrast agent", "ContrastBolusAgent"),
    ("acquired", "AcquisitionDateTime"),
    ("acquisition time", "AcquisitionTime"),
    ("content time", "ContentTime"),
)


def frames_of(header: Header) -> tuple[Frame, ...] | None:
    """Frames that each have a place of their own.

    Returns:
        None where the frames of the file are to be looked at as one clip.
    """
    frames = header.number_of_frames
    per_frame = header.values.items("PerFrameFunctionalGroupsSequence")
    if per_frame and not kinds.is_slide(header):
        return _enhanced(header, per_frame) if len(per_frame) == frames <= MAX_FRAMES else None
    if frames == 1:
        return (_plain(header),)
    if (
        header.values.bytes_of("GridFrameOffsetVector")
        and len(header.numbers("GridFrameOffsetVector")) == frames
    ):
        return _with_offsets(header, _dose_offsets(header))
    if header.sop_class_uid == kinds.NUCLEAR_MEDICINE:
        return _nuclear(header, frames)
    return None


def image_type(header: Header) -> tuple[str, ...]:
    """Image Type as its words."""
    return tuple(word.strip() for word in header.text("ImageType").split("\\"))


@lru_cache(256)
def _orientation(raw: bytes) -> Orientation | None:
    # By the bytes and not by the numbers: 0 and -0 are equal, but orientations keep them apart.
    return orientation_of(decimal_strings(raw))


def _plain(header: Header) -> Frame:
    values = header.values
    orientation = values.bytes_of("ImageOrientationPatient") or b""
    return Frame(
        header,
        None,
        position_of(values.numbers("ImagePositionPatient")),
        _orientation(orientation),
        None,
        length_of(values.numbers("SliceThickness")),
        (),
        stated_orientation=bool(orientation),
    )


def moments_of(frame: Frame) -> dict[str, float | str | tuple[float, ...]]:
    """What may tell phases apart; read from plain headers only where it is needed."""
    if frame.moments or frame.index is not None:
        return frame.moments
    values, found = frame.header.values, frame.moments
    b = b_value(frame.header)
    if b is not None:
        found["b value"] = b
    gradient = values.numbers("DiffusionGradientOrientation")
    if gradient:
        found["gradient"] = gradient
    for name, keyword in _MOMENTS:
        number = values.number(keyword)
        if number is not None:
            found[name] = number
    for name, keyword in _WORDS:
        text = values.text(keyword)
        if text:
            found[name] = text
    found["transfer syntax"] = frame.header.transfer_syntax_uid
    return found


def _enhanced(header: Header, per_frame: tuple[Values, ...]) -> tuple[Frame, ...]:
    shared = header.values.first("SharedFunctionalGroupsSequence")
    names = _dimension_names(header)
    types = image_type(header)
    return tuple(
        _functional(header, index, (group, shared), names, types) for index, group in enumerate(per_frame)
    )


def _macro(groups: tuple[Values, Values], sequence: str) -> Values:
    """A functional group of a frame: its own, or the shared one."""
    own = groups[0].items(sequence)
    return own[0] if own else groups[1].first(sequence)


def _functional(
    header: Header,
    index: int,
    groups: tuple[Values, Values],
    names: tuple[tuple[int, str], ...],
    types: tuple[str, ...],
) -> Frame:
    measures = _macro(groups, "PixelMeasuresSequence")
    plane = _macro(groups, "PlaneOrientationSequence")
    frame = Frame(
        header,
        index,
        position_of(_macro(groups, "PlanePositionSequence").numbers("ImagePositionPatient")),
        orientation_of(plane.numbers("ImageOrientationPatient")),
        spacing_of(measures.numbers("PixelSpacing")),
        length_of(measures.numbers("SliceThickness")),
        _frame_type(groups) or types,
        stated_orientation=bool(plane.bytes_of("ImageOrientationPatient")),
    )
    frame.segment = _macro(groups, "SegmentIdentificationSequence").integer("ReferencedSegmentNumber")
    frame.moments.update(_functional_moments(groups, names))
    return frame


def _frame_type(groups: tuple[Values, Values]) -> tuple[str, ...]:
    for sequence in (
        "MRImageFrameTypeSequence",
        "CTImageFrameTypeSequence",
        "PETFrameTypeSequence",
        "XRay3DFrameTypeSequence",
    ):
        text = _macro(groups, sequence).text("FrameType")
        if text:
            return tuple(text.split("\\"))
    return ()


def _functional_moments(
    groups: tuple[Values, Values],
    names: tuple[tuple[int, str], ...],
) -> Iterator[tuple[str, float | str | tuple[float, ...]]]:
    content = _macro(groups, "FrameContentSequence")
    stack = content.text("StackID")
    if stack:
        yield "stack", stack
    diffusion = _macro(groups, "MRDiffusionSequence")
    for name, number in (
        ("echo time", _macro(groups, "MREchoSequence").number("EffectiveEchoTime")),
        ("b value", diffusion.number("DiffusionBValue")),
        ("temporal position", content.number("TemporalPositionIndex")),
        (
            "cardiac phase",
            _macro(groups, "CardiacSynchronizationSequence").number("NominalPercentageOfCardiacPhase"),
        ),
    ):
        if number is not None:
            yield name, number
    gradient = diffusion.first("DiffusionGradientDirectionSequence").numbers("DiffusionGradientOrientation")
    if gradient:
        yield "gradient", gradient
    indices = content.numbers("DimensionIndexValues")
    for place, name in names:
        if place < len(indices):
            yield name, indices[place]


def _dimension_names(header: Header) -> tuple[tuple[int, str], ...]:
    """Dimensions that are no step through space, as (place in the index, name)."""
    found: list[tuple[int, str]] = []
    order = "<" if header.little else ">"
    for place, item in enumerate(header.values.items("DimensionIndexSequence")):
        raw = item.bytes_of("DimensionIndexPointer") or b""
        if len(raw) == 4 and struct.unpack(f"{order}HH", raw) not in _STEP_POINTERS:  # noqa: PLR2004 - AT
            found.append((place, f"dimension {place + 1}"))
    return tuple(found)


def _dose_offsets(header: Header) -> tuple[float, ...]:
    """Offsets of the planes from the first one along the normal (PS3.3 C.8.8.3.2)."""
    offsets = header.numbers("GridFrameOffsetVector")
    return tuple(offset - offsets[0] for offset in offsets)


def _with_offsets(header: Header, offsets: tuple[float, ...]) -> tuple[Frame, ...] | None:
    values = header.values
    detector = values.first("DetectorInformationSequence")
    holder = values if values.bytes_of("ImagePositionPatient") else detector
    position = position_of(holder.numbers("ImagePositionPatient"))
    stated = values if values.bytes_of("ImageOrientationPatient") else detector
    orientation = orientation_of(stated.numbers("ImageOrientationPatient"))
    if position is None or orientation is None:
        return None
    if not all(abs(step) < MAX_COORDINATE for step in offsets):
        return None
    normal = cross(orientation)
    types = image_type(header)
    thickness = length_of(values.numbers("SliceThickness"))
    return tuple(
        Frame(
            header,
            index,
            (position[0] + normal[0] * step, position[1] + normal[1] * step, position[2] + normal[2] * step),
            orientation,
            spacing_of(values.numbers("PixelSpacing")),
            thickness,
            types,
        )
        for index, step in enumerate(offsets)
    )


def _nuclear(header: Header, frames: int) -> tuple[Frame, ...] | None:
    """Reconstructed slices of one detector's volume; everything else is a clip."""
    if "RECON TOMO" not in image_type(header) or header.integer("NumberOfSlices") not in (None, frames):
        return None
    step = header.values.number("SpacingBetweenSlices")
    if not step:
        return None
    return _with_offsets(header, tuple(step * index for index in range(frames)))
