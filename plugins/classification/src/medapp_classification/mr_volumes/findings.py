"""Volumes as findings: the whole, left and right, asymmetry, and share of the intracranial volume."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from medapp.domain.finding import Finding
from medapp.domain.segmentation import Code
from medapp_classification.mr_volumes.measuring import Volume, asymmetry_percent, left_of, volume_of
from medapp_classification.mr_volumes.structures import (
    FLUID_AROUND,
    INTRACRANIAL,
    PARTS,
    SCHEME,
    BrainLabels,
    Part,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from medapp.domain.geometry import Geometry
    from medapp_classification.mr_volumes.midplane import MidPlane
    from medapp_classification.mr_volumes.reference import Reference

_ASYMMETRY: Final = (
    "(left - right) divided by their mean; positive where the left is larger. From and to: with the borders "
    "of both sides moved against each other, the one inwards and the other outwards"
)
_SHARE: Final = (
    "Of the intracranial volume. From and to: with the borders of both moved against each other, the one "
    "inwards and the other outwards."
)
_ICV: Final = "_icv"


@dataclass(frozen=True, eq=False)
class Measured:
    """A part with its sides; volumes are None where they cannot be had, `lacking` says why."""

    part: Part
    whole: Volume | None
    left: Volume | None = None
    right: Volume | None = None
    lacking: str = ""


def measured(
    labels: BrainLabels,
    geometry: Geometry,
    plane: MidPlane | None,
    tell: Callable[[float, str], None],
) -> list[Measured]:
    """Measure all parts.

    Args:
        labels: On the grid of `geometry`.
        geometry: Of known spacing.
        plane: Between the halves; None where sides are not told apart.
        tell: Called with a fraction and what is being measured; may raise to cancel.
    """
    found = []
    for number, part in enumerate(PARTS):
        tell(number / len(PARTS), part.title)
        lacking = labels.lacking(part.labels)
        if lacking:
            found.append(Measured(part, None, lacking=_reason(lacking)))
            continue
        mask = labels.mask(part.labels)
        whole = volume_of(mask, geometry)
        if not whole.ml:
            found.append(Measured(part, None, lacking="none of its labels holds a voxel"))
            continue
        left = right = None
        if part.sided and plane is not None:
            on_left = left_of(mask, plane, geometry)
            left, right = volume_of(on_left, geometry), volume_of(mask & ~on_left, geometry)
        found.append(Measured(part, whole, left, right))
    return found


def _reason(lacking: list[str]) -> str:
    if lacking == [FLUID_AROUND]:
        return "the labels lack the fluid around the brain: run mr.brain with fluid = true"
    return f"the labels lack {len(lacking)} of its structures: run mr.brain with structures and fluid"


def findings_of(
    found: list[Measured],
    border_mm: float,
    no_sides: str,
    reference: Reference | None,
    age: float | None,
    sex: str,
) -> tuple[Finding, ...]:
    """All findings, those with a number and those that say why there is none."""
    whole = next(one.whole for one in found if one.part is INTRACRANIAL)
    made = [finding for one in found for finding in _of_part(one, border_mm, no_sides)]
    made = [replace(one, bounds=_bounds(border_mm)) if one.low is not None else one for one in made]
    made += [_share(one, whole) for one in made if one.unit == "ml" and one.key != INTRACRANIAL.key]
    return tuple(_placed(one, reference, age, sex) for one in made)


def _bounds(border_mm: float) -> str:
    return f"border moved by {border_mm:.2g} mm"


def _of_part(one: Measured, border_mm: float, no_sides: str) -> Iterator[Finding]:
    part = one.part
    about = f"{part.made_of}. " if part.made_of else ""
    interval = f"{about}From and to: with the border moved by {border_mm:.2g} mm; no confidence interval."
    missing = f"{about}Not measured: {one.lacking}."
    remark = interval if one.whole is not None else missing
    yield _volume(part.key, part.title, part, one.whole, remark)
    if not part.sided:
        return
    reason = one.lacking or no_sides
    for side, volume in (("left", one.left), ("right", one.right)):
        said = interval if volume is not None else f"{about}Not measured: {reason}."
        yield _volume(f"{part.key}_{side}", f"{part.title}, {side}", part, volume, said)
    value = low = high = None
    if one.left is not None and one.right is not None:
        left, right = one.left, one.right
        value = asymmetry_percent(left.ml, right.ml)
        low, high = asymmetry_percent(left.low, right.high), asymmetry_percent(left.high, right.low)
    yield Finding(
        key=f"{part.key}_asymmetry",
        title=f"{part.title}, asymmetry",
        kind="measurement",
        value=value,
        low=low,
        high=high,
        unit="%",
        group=part.group,
        remark=f"{_ASYMMETRY}." if value is not None else f"Not measured: {reason}.",
    )


def _volume(key: str, title: str, part: Part, volume: Volume | None, remark: str) -> Finding:
    return Finding(
        key=key,
        title=title,
        kind="measurement",
        code=Code(part.code[0], SCHEME, part.code[1]),
        value=None if volume is None else volume.ml,
        low=None if volume is None else volume.low,
        high=None if volume is None else volume.high,
        unit="ml",
        group=part.group,
        remark=remark,
    )


def _share(one: Finding, whole: Volume | None) -> Finding:
    """The same as a share of the intracranial volume."""
    value = low = high = None
    if one.value is not None and whole is not None:
        value = 100 * one.value / whole.ml
        if one.low is not None and one.high is not None and whole.low > 0:
            low, high = 100 * one.low / whole.high, min(100 * one.high / whole.low, 100.0)
    if one.value is None:
        remark = one.remark
    elif whole is None:
        remark = "Not measured: the intracranial volume is not known."
    else:
        remark = _SHARE
    return replace(
        one,
        key=f"{one.key}{_ICV}",
        title=f"{one.title}, share of ICV",
        value=value,
        low=low,
        high=high,
        bounds=one.bounds if low is not None else "",
        unit="%",
        remark=remark,
    )


def _placed(one: Finding, reference: Reference | None, age: float | None, sex: str) -> Finding:
    """The finding with its percentile where the reference population has one for such a patient."""
    norm = None if reference is None or age is None else reference.norm(one.key, age, sex)
    if norm is None or one.value is None:
        return one
    return replace(one, percentile=norm.percentile(one.value), reference=norm.words)
