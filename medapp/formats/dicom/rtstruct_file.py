"""What an RT Structure Set says (PS3.3 A.19.3): its regions and their contours, not yet on any images.

The file is read by the walk of the index, which bounds what is read of it; coordinates keep no Python
number each, for a structure set may hold millions.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.domain.segmentation import Code
from medapp.formats.dicom import kinds
from medapp.formats.dicom.walk import read_header
from medapp.formats.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp.formats.dicom.header import Header, Values

AREAS: Final = frozenset(("CLOSED_PLANAR", "CLOSEDPLANAR_XOR"))
"""Contours that enclose an area of a slice (PS3.3 C.8.8.6.3)."""
COLORS: Final = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#999999")
"""For regions without a colour of their own; told apart by the colour-blind too (Okabe and Ito)."""
MOST_REGIONS: Final = 1000
MOST_CONTOURS: Final = 250_000
_FARTHEST_MM: Final = 1e6
_LONGEST_NUMBER: Final = 64
_FEWEST_POINTS: Final = 3
_WORD: Final = re.compile(r"[A-Z_]{1,24}")


@dataclass(frozen=True, eq=False)
class Contour:
    """One closed contour.

    Attributes:
        points: (n, 3) LPS mm, n at least 3, all finite.
        instance_uid: SOP instance of the image it was drawn on, empty where the file does not say.
    """

    points: NDArray[np.float64]
    instance_uid: str = ""


@dataclass(frozen=True, eq=False)
class Region:
    """One region of interest (ROI).

    Attributes:
        color: ``#rrggbb``.
        code: Value and scheme are empty where the file names no code.
        interpreted: RT ROI Interpreted Type (``GTV``, ``ORGAN``, ...), empty where missing.
        frame_of_reference_uid: In which its coordinates are given, empty where the file does not say.
        contours: Those that enclose an area.
        left_out: Number of the others by their type: ``POINT``, ``OPEN_PLANAR``, ...; ``damaged`` for those
            whose points are none.
    """

    number: int
    name: str
    color: str
    code: Code
    interpreted: str
    frame_of_reference_uid: str
    contours: tuple[Contour, ...]
    left_out: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class StructureSet:
    """All regions of a file, in its order."""

    title: str
    regions: tuple[Region, ...]

    @property
    def instance_uids(self) -> frozenset[str]:
        """SOP instances of the images that contours were drawn on."""
        named = {contour.instance_uid for region in self.regions for contour in region.contours}
        return frozenset(named - {""})


def read_structure_set(path: Path) -> StructureSet:
    """Read a file.

    Raises:
        ValueError: Where it is no structure set, cannot be read, names no region, or holds more than
            `MOST_REGIONS` regions or `MOST_CONTOURS` contours.
    """
    try:
        header = read_header(path)
    except UnreadableError as error:
        message = f"the structure set {path.name} cannot be read: {error.reason}"
        raise ValueError(message) from error
    if header.sop_class_uid != kinds.RT_STRUCTURES:
        message = f"{path.name} is no RT Structure Set"
        raise ValueError(message)
    _refuse_too_much(header)
    title = next(filter(None, map(header.text, ("StructureSetLabel", "StructureSetName"))), "")
    return StructureSet(title, tuple(_regions(header)))


def _refuse_too_much(header: Header) -> None:
    broken = dict(header.remarks).get("header-damaged")
    regions = header.values.items("StructureSetROISequence")
    contours = sum(len(item.items("ContourSequence")) for item in header.values.items("ROIContourSequence"))
    message = ""
    if broken:
        message = f"the structure set is damaged: {broken}"
    elif not regions:
        message = "the structure set defines no region"
    elif len(regions) > MOST_REGIONS:
        message = f"the structure set defines {len(regions)} regions; at most {MOST_REGIONS} can be shown"
    elif contours > MOST_CONTOURS:
        message = f"the structure set holds {contours} contours; at most {MOST_CONTOURS} can be shown"
    if message:
        raise ValueError(message)


def _regions(header: Header) -> list[Region]:
    drawn: dict[int | None, list[Values]] = {}
    for item in header.values.items("ROIContourSequence"):
        drawn.setdefault(item.integer("ReferencedROINumber"), []).append(item)
    observed = {
        item.integer("ReferencedROINumber"): item for item in header.values.items("RTROIObservationsSequence")
    }
    found, seen = [], set()
    for place, item in enumerate(header.values.items("StructureSetROISequence")):
        number = item.integer("ROINumber")
        if number is None or number in seen:
            message = f"the region number {item.text('ROINumber')[:16]!r} is not one of its own"
            raise ValueError(message)
        seen.add(number)
        name = item.text("ROIName").strip() or f"ROI {number}"
        contours, left_out = _contours(drawn.get(number, []))
        observation = observed.get(number)
        found.append(
            Region(
                number,
                name,
                _color(drawn.get(number, []), place),
                _code(observation, name),
                _interpreted(observation),
                item.text("ReferencedFrameOfReferenceUID") or _frame_of_reference(header),
                contours,
                left_out,
            )
        )
    return found


def _frame_of_reference(header: Header) -> str:
    own = header.text("FrameOfReferenceUID")
    return own or header.values.first("ReferencedFrameOfReferenceSequence").text("FrameOfReferenceUID")


def _contours(items: list[Values]) -> tuple[tuple[Contour, ...], Counter[str]]:
    found, left_out = [], Counter[str]()
    for contour in (one for item in items for one in item.items("ContourSequence")):
        kind = contour.text("ContourGeometricType")
        if kind not in AREAS:
            left_out[kind if _WORD.fullmatch(kind) else "no type"] += 1
            continue
        points = _points(contour.bytes_of("ContourData") or b"")
        if points is None:
            left_out["damaged"] += 1
        else:
            uid = contour.first("ContourImageSequence").text("ReferencedSOPInstanceUID")
            found.append(Contour(points, uid))
    return tuple(found), left_out


def _points(raw: bytes) -> NDArray[np.float64] | None:
    """Points of a contour in LPS mm, None where the values do not make any."""
    parts = raw.strip(b" \0").split(b"\\")
    count, odd = divmod(len(parts), 3)
    if odd or count < _FEWEST_POINTS or max(map(len, parts)) > _LONGEST_NUMBER or b"_" in raw:
        return None
    try:
        values = np.array(parts).astype(np.float64)
    except ValueError:
        return None
    # No number and infinity fail the comparison too.
    return values.reshape(-1, 3) if bool((np.abs(values) <= _FARTHEST_MM).all()) else None


def _color(items: list[Values], place: int) -> str:
    for item in items:
        parts = item.numbers("ROIDisplayColor")
        if len(parts) == 3 and all(0 <= part <= 255 for part in parts):  # noqa: PLR2004 - bytes of RGB
            return "#" + "".join(f"{int(part):02x}" for part in parts)
    return COLORS[place % len(COLORS)]


def _code(observation: Values | None, meaning: str) -> Code:
    if observation is None:
        return Code("", "", meaning)
    coded = observation.first("RTROIIdentificationCodeSequence")
    value, scheme = coded.text("CodeValue"), coded.text("CodingSchemeDesignator")
    return Code(value, scheme, coded.text("CodeMeaning") or meaning) if value else Code("", "", meaning)


def _interpreted(observation: Values | None) -> str:
    return "" if observation is None else observation.text("RTROIInterpretedType")
