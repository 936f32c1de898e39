"""Features as findings: one a feature and segment, under the heading of segment and family."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from medapp.domain.finding import Finding
from medapp.domain.segmentation import Code
from medapp_classification.ct_radiomics.catalogue import BY_KEY, INTENSITY, full_tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from medapp.domain.segmentation import Label
    from medapp_classification.ct_radiomics.catalogue import Feature
    from medapp_classification.ct_radiomics.settings import Settings

SCHEME: Final = "IBSI"
"""Coding scheme designator of the feature identifiers (PS3.16 table 8-1)."""
_BINS: Final = frozenset({"ivh_i10", "ivh_i90", "ivh_diff_i10_i90"})


def key_of(labels: Iterable[Label]) -> dict[int, str]:
    """What each segment is called in keys: its code, else its name, with its value where several share it."""
    listed = tuple(labels)
    codes = {
        label.value: f"{label.code.scheme}:{label.code.value}"
        if label.code.value
        else " ".join(label.name.replace("/", " ").split())
        for label in listed
    }
    often = Counter(codes.values())
    return {value: code if often[code] == 1 else f"{code}#{value}" for value, code in codes.items()}


def findings_of(
    segment: str, label: Label, values: Mapping[str, float | str], settings: Settings, unit: str
) -> list[Finding]:
    """The findings of one segment.

    Args:
        segment: Its name in keys; a key is ``SEGMENT/TAG``.
        label: What it is.
        values: By tag, as `measure.features_of` gives them.
        settings: What they were computed with.
        unit: Of the image, empty where it is not known.
    """
    found = []
    for key in settings.families:
        family = BY_KEY[key]
        for feature in family.features:
            tag = full_tag(family, feature, settings.dimension, settings.aggregation)
            value = values[tag]
            reason = value if isinstance(value, str) else ""
            found.append(
                Finding(
                    key=f"{segment}/{tag}",
                    title=feature.title,
                    kind="measurement",
                    code=Code(feature.ibsi, SCHEME, feature.title),
                    value=None if isinstance(value, str) else value,
                    unit=_unit(feature, settings, unit),
                    group=f"{label.name}: {family.title}",
                    remark=f"Not computable: {reason}." if reason else "",
                )
            )
    return found


def _unit(feature: Feature, settings: Settings, unit: str) -> str:
    if INTENSITY not in feature.unit:
        return feature.unit
    binned = not (settings.whole_numbers or settings.discretisation == "none")
    if feature.tag in _BINS and binned:
        return "of 1000 bins"
    return feature.unit.replace(INTENSITY, unit) if unit else ""
