"""What must not share a volume: the parts of a series, and the phases inside a part.

Image type, SOP class, orientation, matrix, colour, frame of reference, kernel, echo and b-value always
part a series. Time and its kin part it where slices lie at the same place more than once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from medapp.formats.dicom.frames import Frame, image_type, moments_of
from medapp.formats.dicom.geometry import repeats
from medapp.formats.dicom.kinds import is_localizer
from medapp.formats.dicom.private import B_VALUE_KEYWORDS, b_value
from medapp.formats.dicom.tags import tag_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.formats.dicom.header import Header
    from medapp.formats.dicom.vectors import Orientation

SAME_DIRECTION: Final = 1e-3
PARTING: Final = (
    ("class", "SOPClassUID"),
    ("type", "ImageType"),
    ("rows", "Rows"),
    ("columns", "Columns"),
    ("samples", "SamplesPerPixel"),
    ("photometric", "PhotometricInterpretation"),
    ("frame of reference", "FrameOfReferenceUID"),
    ("kernel", "ConvolutionKernel"),
    ("echo", "EchoNumbers"),
    ("spacing", "PixelSpacing"),
    ("laterality", "ImageLaterality"),
    ("view", "ViewPosition"),
)
_KEY_TAGS: Final = tuple(tag_of(keyword) for keyword in (*(name for _, name in PARTING), *B_VALUE_KEYWORDS))
_COLOURS: Final = {
    "RGB": "colour",
    "YBR_FULL": "colour",
    "YBR_FULL_422": "colour",
    "YBR_ICT": "colour",
    "YBR_RCT": "colour",
}
_EXTRA: Final = frozenset(("b value", "stack"))
_MOMENT_ORDER: Final = (
    "echo time",
    "b value",
    "gradient",
    "temporal position",
    "cardiac phase",
    "trigger time",
    "contrast phase",
    "inversion time",
    "flip angle",
    "frame time",
    "acquisition",
    "contrast agent",
    "acquired",
    "acquisition time",
    "content time",
    "transfer syntax",
)

Key = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Part:
    """Frames that may share a volume as far as their headers say.

    Attributes:
        key: What sets the part off from the others, as (name, value).
        frames: Its frames.
        phases: How it came from dividing a larger part: (name, value) of each division.
        guessed: True where the last division went by order alone.
    """

    key: Key
    frames: list[Frame]
    phases: tuple[tuple[str, str], ...] = ()
    guessed: bool = False
    orientation: Orientation | None = None


@dataclass(slots=True)
class _Keys:
    """Keys by raw values, so that equal headers are decoded once."""

    known: dict[tuple[object, ...], Key] = field(default_factory=dict)

    def of(self, frame: Frame) -> Key:
        values = frame.header.values
        raw = (values.little, values.charset, *map(values.raw.get, _KEY_TAGS))
        key = self.known.get(raw)
        if key is None:
            key = self.known[raw] = _key(frame.header)
        if frame.index is None:
            return key
        return key + _frame_key(frame)


def _key(header: Header) -> Key:
    found: list[tuple[str, str]] = []
    for name, keyword in PARTING:
        text = header.text(keyword)
        if name == "type":
            text = "/".join(image_type(header))
        elif name == "spacing":
            text = " ".join(f"{number:.5g}" for number in header.numbers(keyword))
        elif name == "photometric":
            text = _COLOURS.get(text, text)
        found.append((name, text))
    b = b_value(header)
    return (*found, ("b value", "" if b is None else f"{b:g}"))


def _frame_key(frame: Frame) -> Key:
    moments = frame.moments
    spacing = " ".join(f"{number:.5g}" for number in frame.spacing or ())
    return (
        ("frame type", "/".join(frame.frame_type)),
        ("frame spacing", spacing),
        *((name, _words(moments[name])) for name in sorted(_EXTRA & moments.keys())),
    )


def parts_of(frames: Iterable[Frame]) -> list[Part]:
    """Divide the frames of one series by what always parts them."""
    keys = _Keys()
    by_key: dict[Key, list[Part]] = {}
    for frame in frames:
        known = by_key.setdefault(keys.of(frame), [])
        for part in known:
            if _same_direction(part.orientation, frame.orientation):
                part.frames.append(frame)
                break
        else:
            known.append(Part(keys.of(frame), [frame], orientation=frame.orientation))
    found = [part for known in by_key.values() for part in known]
    if len({part.orientation for part in found}) > 1:
        for part in found:
            part.key += (("orientation", _direction_words(part.orientation)),)
    return found


def _same_direction(a: Orientation | None, b: Orientation | None) -> bool:
    if a is None or b is None or a is b:
        return a is b
    return all(abs(x - y) <= SAME_DIRECTION for x, y in zip(a, b, strict=True))


def _direction_words(orientation: Orientation | None) -> str:
    return "unknown" if orientation is None else " ".join(f"{number:.2f}" for number in orientation)


def is_localizer_part(part: Part) -> bool:
    """True for scouts."""
    frame = part.frames[0]
    return is_localizer(frame.frame_type or image_type(frame.header))


def phases_of(part: Part) -> list[Part]:
    """Divide a part whose slices lie at the same places more than once.

    Returns:
        The part alone where no place repeats, or where nothing divides it evenly.
    """
    if part.orientation is None or any(frame.position is None for frame in part.frames):
        return [part]
    places = repeats([frame.position for frame in part.frames if frame.position], part.orientation)
    if len(places) == len(part.frames) or len(places) < 2:  # noqa: PLR2004 - one place is no volume
        return [part]
    tried = [_divide(part, name) for name in _names(part)]
    useful = [divided for divided in tried if divided and _improves(divided, len(places))]
    # What leaves every place taken once is better than what leaves more to divide.
    for divided in useful:
        if all(len(piece.frames) == len(places) for piece in divided):
            return divided
    if useful:
        return [leaf for each in useful[0] for leaf in phases_of(each)]
    return _by_order(part, places)


def _names(part: Part) -> list[str]:
    found = {name for frame in part.frames for name in moments_of(frame)}
    return [*(name for name in _MOMENT_ORDER if name in found), *sorted(found - set(_MOMENT_ORDER))]


def _divide(part: Part, name: str) -> list[Part]:
    by_value: dict[object, list[Frame]] = {}
    for frame in part.frames:
        by_value.setdefault(moments_of(frame).get(name), []).append(frame)
    if len(by_value) < 2:  # noqa: PLR2004
        return []
    ordered = sorted(by_value, key=lambda value: (value is None, str(type(value)), value))
    return [
        Part(part.key, by_value[value], (*part.phases, (name, _words(value))), orientation=part.orientation)
        for value in ordered
    ]


def _improves(divided: list[Part], places: int) -> bool:
    """True where every piece covers the whole stack: a division by phase and not by slice."""
    return all(
        part.orientation is not None
        and len(repeats([frame.position for frame in part.frames if frame.position], part.orientation))
        == places
        for part in divided
    )


def _by_order(part: Part, places: list[list[int]]) -> list[Part]:
    """Divide by order of acquisition where every place repeats equally often."""
    count = len(places[0])
    if any(len(place) != count for place in places):
        return [part]
    pieces: list[list[Frame]] = [[] for _ in range(count)]
    for place in places:
        ordered = sorted((part.frames[index] for index in place), key=_instance_order)
        for piece, frame in zip(pieces, ordered, strict=True):
            piece.append(frame)
    return [
        Part(
            part.key,
            piece,
            (*part.phases, ("phase", str(number))),
            guessed=True,
            orientation=part.orientation,
        )
        for number, piece in enumerate(pieces, 1)
    ]


def _instance_order(frame: Frame) -> tuple[int, int]:
    return (frame.header.integer("InstanceNumber") or 0, frame.index or 0)


def repeated_of(part: Part) -> list[Frame]:
    """Frames at a place that an earlier frame of the same part has; none where no volume can come of it."""
    if part.orientation is None or any(frame.position is None for frame in part.frames):
        return []
    places = repeats([frame.position for frame in part.frames if frame.position], part.orientation)
    if len(places) == len(part.frames) or len(places) < 2:  # noqa: PLR2004 - one place is no volume
        return []
    return [
        frame
        for place in places
        for frame in sorted((part.frames[index] for index in place), key=_instance_order)[1:]
    ]


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(f"{number:.3g}" for number in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def describe(key: Key, all_keys: list[Key]) -> str:
    """Words for a part: the facts in which it differs from its siblings."""
    if len(all_keys) < 2:  # noqa: PLR2004
        return ""
    values: dict[str, set[str]] = {}
    for each in all_keys:
        for name, value in each:
            values.setdefault(name, set()).add(value)
    mine = dict(key)
    missing_somewhere = {name for name in values if any(name not in dict(each) for each in all_keys)}
    words: list[str] = []
    for name, options in values.items():
        value = mine.get(name, "")
        if (len(options) < 2 and name not in missing_somewhere) or not value:  # noqa: PLR2004
            continue
        if name == "samples":
            continue
        if name in ("class", "frame of reference"):
            words.append(f"{name} {sorted(options).index(value) + 1}")
        elif name in ("type", "frame type", "photometric"):
            words.append(value)
        else:
            words.append(f"{name} {value}")
    return ", ".join(words)
