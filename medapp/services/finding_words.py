"""What has to be said with a finding: its prediction set, its tests, its doubts; one wording for all.

The window, the commands and the files say the same by the same rule. `tr` is what the window translates by.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

from medapp.services.corrections import cannot_tell, must_be_said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.domain.finding import Finding

_PERCENT = 100


class Translate(Protocol):
    """Words for a text, with ``{name}`` replaced by the value of that name."""

    def __call__(self, text: str, **values: object) -> str:
        """As `plain`."""


def plain(text: str, **values: object) -> str:
    """A text as it stands."""
    return text.format(**values) if values else text


def percent(value: float | None, tr: Translate = plain) -> str:
    """A probability as a whole percentage, never 0 % or 100 %; a dash where it is not known."""
    if value is None:
        return "–"
    if value < 1 / 2 / _PERCENT:
        return tr("< 1 %")
    if value > 1 - 1 / 2 / _PERCENT:
        return tr("> 99 %")
    return tr("{number} %", number=round(value * _PERCENT))


def figure(finding: Finding, value: float) -> str:
    """A measured number: four figures, or as many as its interval has room for (two of its width)."""
    low, high = finding.low, finding.high
    if finding.value is None or low is None or high is None or not high > low:
        return f"{value:.4g}"
    places = max(1 - math.floor(math.log10(high - low)), 0)
    return f"{round(value, places):.4g}"


def interval_title(finding: Finding, tr: Translate = plain) -> str:
    """What its interval is."""
    return finding.bounds or tr("95 % interval")


def set_words(finding: Finding, tr: Translate = plain) -> str:
    """Which answers of a yes-or-no question cannot be excluded; empty where there is no set that counts."""
    if finding.is_chance:
        return ""
    words = {"present": tr("present"), "absent": tr("absent")}
    return " / ".join(words.get(one, one) for one in finding.answers)


def in_set(finding: Finding) -> bool | None:
    """Whether a ranked finding belongs to the prediction set; None where there is no set that counts."""
    return None if finding.is_chance else finding.in_set


def set_sentence(finding: Finding, coverage: float | None, tr: Translate = plain) -> str:
    """What cannot be excluded, in a sentence; empty where no set is made."""
    if finding.is_chance:
        low, high = (f"{one:.2f}" for one in finding.auroc[1:])
        return tr(
            "No better than chance in tests (AUROC {low} to {high}): nothing can be excluded by it.",
            low=low, high=high,
        )  # fmt: skip
    if coverage is None or (finding.kind == "class" and finding.in_set is None and not finding.answers):
        return ""
    share = percent(coverage, tr)
    if finding.in_set is not None:
        if finding.in_set:
            return tr(
                "One of the answers that cannot be excluded (sets hold the truth in {share}).", share=share
            )
        return tr("Excluded at {share} coverage.", share=share)
    words = {
        ("present",): tr("Absent can be excluded"),
        ("absent",): tr("Present can be excluded"),
        ("present", "absent"): tr("The model cannot tell: neither answer can be excluded"),
        (): tr("Unlike the cases that it knows: neither answer fits"),
    }
    said = words.get(finding.answers)
    if said is None:
        return ""
    told = tr("{said} (sets hold the truth in {share}).", said=said, share=share)
    if contradicts(finding, coverage):
        told += " " + tr("That does not go with its probability: say which of them holds.")
    return told


def contradicts(finding: Finding, coverage: float | None) -> bool:
    """Whether the set of a yes-or-no question leaves one answer, and the probability the other."""
    return not finding.is_chance and len(finding.answers) == 1 and must_be_said(finding, coverage)


def marks(finding: Finding, coverage: float | None, tr: Translate = plain) -> tuple[str, ...]:
    """What has to be noticed of a finding before it is believed."""
    found = []
    if finding.is_chance:
        found.append(tr("no better than chance in tests"))
    elif contradicts(finding, coverage):
        found.append(tr("uncertain: set against probability"))
    elif cannot_tell(finding, coverage):
        found.append(tr("uncertain"))
    if finding.is_no_gain:
        found.append(tr("not shown better than {baseline}", baseline=finding.baseline))
    return tuple(found)


def held_back(finding: Finding, tr: Translate = plain) -> str:
    """How well held-back cases were told apart, with its interval; empty where that is not known."""
    for name, figure in (("AUROC", finding.auroc), ("C-index", finding.c_index)):
        if figure:
            value, low, high = (f"{one:.2f}" for one in figure)
            return tr("{name} {value} ({low} to {high})", name=name, value=value, low=low, high=high)
    return ""


def gain_words(finding: Finding, tr: Translate = plain) -> str:
    """Whether it says more than its baseline, with the figure; empty where it was held against none."""
    if not finding.gain or not finding.baseline:
        return ""
    value, low, high = (f"{one:+.3f}" for one in finding.gain)
    figures = {"baseline": finding.baseline, "value": value, "low": low, "high": high}
    if finding.is_no_gain:
        return tr("Not shown better than {baseline} alone ({value}, {low} to {high}).", **figures)
    return tr("Better than {baseline} alone by {value} ({low} to {high}).", **figures)


def held_back_sentence(finding: Finding, tr: Translate = plain) -> str:
    """Its figures of held-back cases and what they leave open, in sentences; empty where there are none."""
    said = held_back(finding, tr)
    first = tr("On held-back cases: {figures}.", figures=said) if said else ""
    return " ".join(part for part in (first, gain_words(finding, tr)) if part)


def cautions(findings: Iterable[Finding], coverage: float | None) -> tuple[str, ...]:
    """For a list: each finding that may mislead, by its title, with the sentences that belong to it."""
    found = []
    for one in findings:
        parts = [set_sentence(one, coverage)] if one.is_chance or contradicts(one, coverage) else []
        parts += [gain_words(one)] if one.is_no_gain else []
        if parts:
            found.append(f"{one.title}: {' '.join(parts)}")
    return tuple(found)


def told(finding: Finding, facts: dict[str, Any], coverage: float | None) -> dict[str, Any]:
    """A finding in JSON types as a program may read it: without a set that does not count.

    Args:
        finding: What the model said.
        facts: Its fields in JSON types.
        coverage: Of the prediction sets of its answer.

    Returns:
        The fields, with ``set_said``, ``tests_said`` and ``notice`` (what has to be shown with it).
    """
    counts: dict[str, Any] = {"answers": [], "in_set": None} if finding.is_chance else {}
    said = {
        "set_said": set_sentence(finding, coverage),
        "tests_said": held_back_sentence(finding),
        "notice": list(marks(finding, coverage)),
    }
    return {**facts, **counts, **said}
