"""What the quality page calls kinds of findings, their reasons, and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.knowledge.quality import Action, Kind


def kind_words(kind: Kind) -> str:
    """A kind of finding."""
    return {
        "duplicate": tr("Duplicates"),
        "missing": tr("Missing values"),
        "outlier": tr("Outliers"),
        "impossible": tr("Impossible values"),
        "unit": tr("Unit mismatches"),
        "date": tr("Wrong dates"),
        "contradiction": tr("Contradictions"),
    }[kind]


def reason_words(reason: str) -> str:
    """Why something was found; others as they stand."""
    return {
        "same": tr("said twice"),
        "no-value": tr("no value"),
        "far": tr("far from the others"),
        "below": tr("lower than a body can have"),
        "above": tr("higher than a body can have"),
        "negative": tr("below zero"),
        "convertible": tr("in another unit"),
        "not-convertible": tr("in a unit that cannot be converted"),
        "no-unit": tr("without a unit"),
        "future": tr("in the future"),
        "before-birth": tr("before birth"),
        "after-death": tr("after death"),
        "end-before-start": tr("ends before it starts"),
        "two-values": tr("two values at one time"),
        "flag": tr("flag against its range"),
        "range": tr("range turned round"),
        "order": tr("lowest above highest"),
        "status": tr("active although it has ended"),
        "person": tr("sources name different people"),
    }.get(reason, reason)


def action_words(action: Action, *, kind: Kind | None = None) -> str:
    """What a rule does."""
    if action == "drop" and kind == "missing":
        return tr("Leave the entry out")
    return {
        "keep": tr("Keep"),
        "drop": tr("Leave out"),
        "convert": tr("Convert"),
        "indicator": tr("Keep and flag"),
        "median": tr("Fill with the median"),
        "locf": tr("Carry the last value forward"),
        "model": tr("Fill by a model"),
    }[action]


def action_tip(action: Action) -> str:
    """What a rule does, in a sentence."""
    return {
        "keep": tr("Models learn from it as it is."),
        "drop": tr("Models do not see it."),
        "convert": tr("Brought into the commonest unit; what cannot be converted is left as it is."),
        "indicator": tr("Kept, and counted in a column of its own."),
        "median": tr("The median of the values against which nothing was found takes its place."),
        "locf": tr("The patient's last value before it takes its place; without one nothing does."),
        "model": tr("Left out, and predicted from the other columns of the features."),
    }[action]


ORDER: tuple[Action, ...] = ("keep", "indicator", "drop", "convert", "median", "locf", "model")
"""In which rules are offered."""
