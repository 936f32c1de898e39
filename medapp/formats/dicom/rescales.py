"""The rescale that a file or one of its frames states, and what to say of it (PS3.3 C.11.1, C.7.6.16.2.9)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from medapp.domain.notice import Notice
from medapp.formats.dicom.tags import tag_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.formats.dicom.header import Header, Values

_LARGEST_SLOPE: Final = 1e9
_NEEDS_ONE: Final = {"CT": "values are not Hounsfield units", "PT": "values have no unit"}
"""Modalities of which a plain image must state a rescale (PS3.3 C.8.2.1, C.8.9.4)."""


def rescale_of(values: Header | Values) -> tuple[float, float] | None:
    """(slope, intercept) of a data set or functional group, None where it states no usable pair."""
    slope, intercept = values.numbers("RescaleSlope"), values.numbers("RescaleIntercept")
    if len(slope) != 1 or len(intercept) != 1:
        return None
    usable = (
        math.isfinite(intercept[0]) and abs(intercept[0]) < _LARGEST_SLOPE and 0 < slope[0] < _LARGEST_SLOPE
    )
    return (slope[0], intercept[0]) if usable else None


def functional(header: Header, frame: int | None, sequence: str) -> Values | None:
    """A functional group: the frame's own, or the shared one."""
    groups = header.values.items("PerFrameFunctionalGroupsSequence")
    if frame is not None and frame < len(groups):
        own = groups[frame].items(sequence)
        if own:
            return own[0]
    shared = header.values.first("SharedFunctionalGroupsSequence").items(sequence)
    return shared[0] if shared else None


def transform_of(header: Header, frame: int | None) -> Values | None:
    """Pixel value transformation of a frame of an enhanced object."""
    return functional(header, frame, "PixelValueTransformationSequence")


def alike(headers: Sequence[Header], *keywords: str) -> list[list[Header]]:
    """Headers by the raw values of some elements, so that each is judged once."""
    tags = tuple(map(tag_of, keywords))
    found: dict[tuple[object, ...], list[Header]] = {}
    for header in headers:
        found.setdefault((header.values.little, *map(header.values.raw.get, tags)), []).append(header)
    return list(found.values())


def rescale_notices(headers: Sequence[Header]) -> list[Notice]:
    """What is wrong with the rescales of a series' files; the loader leaves the unit out where it is."""
    groups = alike(headers, "RescaleSlope", "RescaleIntercept")
    stated = [
        group
        for group in groups
        if group[0].values.bytes_of("RescaleSlope") is not None
        or group[0].values.bytes_of("RescaleIntercept") is not None
    ]
    broken = [group for group in stated if rescale_of(group[0]) is None]
    if broken:
        return [_invalid(broken[0][0], sum(map(len, broken)))]
    in_frames = _of_frames(headers)
    if in_frames is not None:
        return in_frames
    modality = headers[0].text("Modality")
    plain = modality in _NEEDS_ONE and headers[0].has_pixels and headers[0].samples == 1
    lacking = len(headers) - sum(map(len, stated))
    if plain and lacking:
        message = f"The rescale slope and intercept are missing; {_NEEDS_ONE[modality]}."
        return [Notice("rescale-missing", message, "warning", {"files": lacking})]
    pairs = {rescale_of(group[0]) for group in stated}
    if len(pairs) > 1:
        message = f"The slices have {len(pairs)} different slopes or intercepts; each is scaled with its own."
        severity = "info" if modality == "PT" else "warning"
        return [Notice("rescale-varies", message, severity, {"pairs": len(pairs)})]  # type: ignore[arg-type]
    return []


def _invalid(header: Header, files: int) -> Notice:
    texts = [header.text(name) for name in ("RescaleSlope", "RescaleIntercept")]
    slope, intercept = (text[:32] or "empty" for text in texts)
    message = (
        f"The rescale slope ({slope}) or intercept ({intercept}) is not usable; "
        "values are shown without a unit."
    )
    return Notice(
        "rescale-invalid", message, "warning", {"slope": texts[0], "intercept": texts[1], "files": files}
    )


def _of_frames(headers: Sequence[Header]) -> list[Notice] | None:
    """Of files that describe their frames one by one; None where there is none among them."""
    enhanced = [header for header in headers if header.values.items("PerFrameFunctionalGroupsSequence")]
    broken = lacking = 0
    for header in enhanced:
        for frame in range(len(header.values.items("PerFrameFunctionalGroupsSequence"))):
            group = transform_of(header, frame)
            broken += group is not None and rescale_of(group) is None
            lacking += group is None and rescale_of(header) is None
    if broken:
        message = f"The rescale of {broken} frames is not usable; values are shown without a unit."
        return [Notice("rescale-invalid", message, "warning", {"frames": broken})]
    modality = enhanced[0].text("Modality") if enhanced else ""
    if lacking and modality in _NEEDS_ONE:
        message = f"The rescale of {lacking} frames is missing; {_NEEDS_ONE[modality]}."
        return [Notice("rescale-missing", message, "warning", {"frames": lacking})]
    return [] if enhanced else None
