"""What a flag of an observation means (HL7 table 0078, v3 ObservationInterpretation)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from medapp.ui.record.facts import unit_of
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.record import Quantity, ReferenceRange, Value

State = Literal["", "normal", "high", "low", "very-high", "very-low", "abnormal", "critical"]

_STATES: dict[str, State] = {
    "N": "normal",
    "H": "high",
    "HU": "high",
    ">": "high",
    "L": "low",
    "LU": "low",
    "HX": "high",
    "LX": "low",
    "<": "low",
    "HH": "very-high",
    "LL": "very-low",
    "A": "abnormal",
    "AA": "critical",
}


def state_of(flags: tuple[str, ...]) -> State:
    """The gravest of what the source's flags say; empty where it states none that is known here."""
    order: tuple[State, ...] = ("very-high", "very-low", "critical", "high", "low", "abnormal", "normal")
    found = {_STATES[flag] for flag in flags if flag in _STATES}
    return next((state for state in order if state in found), "")


def beside_range(value: Value, ranges: tuple[ReferenceRange, ...]) -> State:
    """Where a number lies to its stated range; empty where that cannot be told.

    Compared are equal units only, and one range: which of several applies is not known here.
    """
    from medapp.domain.record import Quantity

    if not isinstance(value, Quantity) or value.comparator or len(ranges) != 1:
        return ""
    low, high = ranges[0].low, ranges[0].high
    if (low is None and high is None) or not all(_same(value, side) for side in (low, high) if side):
        return ""
    if low is not None and value.value < low.value:
        return "low"
    return "high" if high is not None and value.value > high.value else "normal"


def contradiction(flags: tuple[str, ...], value: Value, ranges: tuple[ReferenceRange, ...]) -> str:
    """Where the source's flag says other than its own range; empty where it does not, or nobody can tell."""
    said, lies = state_of(flags), beside_range(value, ranges)
    outside = {"high", "low", "very-high", "very-low"}
    if lies == "normal" and said in outside:
        return tr("but within its own range")
    if lies == "low" and said in {"normal", "high", "very-high"}:
        return tr("but below its own range")
    if lies == "high" and said in {"normal", "low", "very-low"}:
        return tr("but above its own range")
    return ""


def words(state: State, flags: tuple[str, ...]) -> str:
    """For a reader: the meaning and the source's own letters; says where the letters are missing."""
    meaning = {
        "": "",
        "normal": tr("normal"),
        "high": tr("high"),
        "low": tr("low"),
        "very-high": tr("critically high"),
        "very-low": tr("critically low"),
        "abnormal": tr("abnormal"),
        "critical": tr("critically abnormal"),
    }[state]
    if flags:
        letters = ", ".join(flags)
        return f"{meaning} ({letters})" if meaning else letters
    outside = {"high": tr("above its range, no flag stated"), "low": tr("below its range, no flag stated")}
    return outside.get(state, "")


def short_words(state: State, flags: tuple[str, ...]) -> str:
    """As `words`, for a column: where the source states no flag, the range is named for one."""
    outside = {"high": tr("above range"), "low": tr("below range")}
    return words(state, flags) if flags else outside.get(state, "")


def _same(value: Quantity, side: Quantity) -> bool:
    if value.code and side.code:
        return value.code == side.code
    # A range that states no unit is that of its value (HL7 v2 OBX-7, FHIR Observation.referenceRange).
    return not unit_of(side) or unit_of(value) == unit_of(side)
