"""What the segments of a DICOM Segmentation are: names, codes, colours, and how the whole came to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.domain.segmentation import Code, Label
from medapp.formats.dicom.segmentation_note import provenance_in, read_note
from medapp.formats.dicom.segmentation_predecessor import predecessor_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from pydicom.dataset import Dataset

    from medapp.domain.provenance import Provenance
    from medapp.domain.segmentation import Predecessor

_WANTED: Final = (
    "SegmentSequence",
    "SourceImageSequence",
    "ImageComments",
    "SeriesDescription",
    "SpecificCharacterSet",
    "SegmentationType",
    "MaximumFractionalValue",
)
_COLORS: Final = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#999999")
"""For segments without a colour of their own; told apart by the colour-blind too (Okabe and Ito)."""
_COMPONENTS: Final = 3
_LARGEST: Final = 65_535


@dataclass(frozen=True)
class Described:
    """What the header says of the segments.

    Attributes:
        labels: By segment number, in the order of the object.
        edited: True where the object says that a person has changed it by hand.
        fraction_of: The stored value that stands for 1 where the object states fractions, else None.
        predecessor: What the object says that it was corrected from.
    """

    labels: Mapping[int, Label]
    title: str
    provenance: Provenance | None
    edited: bool
    fraction_of: int | None = None
    predecessor: Predecessor | None = None


def describe(path: Path, input_uids: tuple[str, ...] = ()) -> Described:
    """Read the descriptions of the segments.

    Raises:
        ValueError: Where the object describes no segment or numbers two alike.
    """
    from pydicom import dcmread

    header = dcmread(path, stop_before_pixels=True, specific_tags=list(_WANTED), force=True)
    note = read_note(str(header.get("ImageComments", "")))
    items = header.get("SegmentSequence") or ()
    values, colors = _listed(note, "values", items), _listed(note, "colors", items)
    labels = {}
    for place, item in enumerate(items):
        number = int(item.get("SegmentNumber", -1))
        if number == 0:
            continue  # the background of a label map
        label = _label(item, number, colors[place] if colors else _color(item, place))
        if values:
            label = Label(int(values[place]), label.name, label.code, label.color, label.category)
        if number in labels or not 0 < label.value <= _LARGEST:
            message = f"the segment number {number} is not one of its own, from 1"
            raise ValueError(message)
        labels[number] = label
    if not labels:
        message = "the object describes no segment"
        raise ValueError(message)
    provenance = provenance_in(note, input_uids)
    title = str(header.get("SeriesDescription", "")).strip()
    if provenance is not None:
        title = provenance.title or title
    edited = note.get("edited_by_hand") is True
    return Described(labels, title, provenance, edited, _fraction(header), predecessor_in(header))


def _fraction(header: Dataset) -> int | None:
    if header.get("SegmentationType") != "FRACTIONAL":
        return None
    largest = int(header.get("MaximumFractionalValue") or 0)
    if largest <= 0:
        message = "the object states fractions, but not of what"
        raise ValueError(message)
    return largest


def _listed(note: Mapping[str, Any], name: str, items: Any) -> list[Any]:  # noqa: ANN401 - pydicom's sequence
    """A list of the note, where it has one entry a segment."""
    found = note.get(name)
    return found if isinstance(found, list) and len(found) == len(items) else []


def _label(item: Dataset, number: int, color: str) -> Label:
    name = str(item.get("SegmentLabel", "")).strip() or f"Segment {number}"
    category = _code(item, "SegmentedPropertyCategoryCodeSequence", "")
    return Label(
        number,
        name,
        _code(item, "SegmentedPropertyTypeCodeSequence", name),
        color,
        *((category,) if category.value else ()),
    )


def _code(item: Dataset, keyword: str, meaning: str) -> Code:
    """The coded concept; value and scheme are empty where the object names none."""
    sequence = item.get(keyword) or ()
    if not sequence:
        return Code("", "", meaning)
    coded = sequence[0]
    values = [str(coded.get(name, "")) for name in ("CodeValue", "LongCodeValue", "URNCodeValue")]
    scheme = str(coded.get("CodingSchemeDesignator", ""))
    return Code(next(filter(None, values), ""), scheme, str(coded.get("CodeMeaning", meaning)))


def _color(item: Dataset, place: int) -> str:
    value = item.get("RecommendedDisplayCIELabValue")
    if value is None or len(value) != _COMPONENTS:
        return _COLORS[place % len(_COLORS)]
    from highdicom.color import CIELabColor

    lightness, a, b = (int(component) for component in value)
    red, green, blue = CIELabColor.from_dicom_value((lightness, a, b)).to_rgb()
    return f"#{red:02x}{green:02x}{blue:02x}"
