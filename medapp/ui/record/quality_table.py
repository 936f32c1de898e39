"""Cases of quality as tables: a line a kind with its rule, below it a line a variable; the places of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.domain.record import Observation
from medapp.domain.record.facts import period_of
from medapp.knowledge.quality import KINDS, rule_for
from medapp.ui.record.facts import title_of, value_text
from medapp.ui.record.lists import value_cell
from medapp.ui.record.quality_words import action_words, kind_words, reason_words
from medapp.ui.record.tables import Cell, Column, Look, Row, Table, amount, date, text
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from medapp.domain.record import Entry, When
    from medapp.knowledge.quality import Case, Cases, Kind, Place, Rule

RULE: Final = 4
"""Column of the rules."""
_DAY: Final = len("2020-12-31")
_MOST: Final = 500
"""Places that are listed at once."""


@dataclass(frozen=True)
class Target:
    """What a rule is chosen for: a kind, or a kind of one variable."""

    kind: Kind
    variable: str = ""
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True)
class Choices:
    """Rules: proposed by what was found, and chosen by a person."""

    proposed: tuple[Rule, ...]
    chosen: tuple[Rule, ...]
    together: tuple[Rule, ...]


def cases_table(cases: Cases, choices: Choices) -> Table:
    """All kinds, each with the variables in which it was found below it, the commonest first."""
    columns = (
        Column(tr("Finding"), 30),
        Column(tr("Variable"), 0),
        Column(tr("Count"), 10, right=True),
        Column(tr("After"), 10, right=True),
        Column(tr("Rule"), 34),
        Column(tr("Proposed"), 22, spare=True),
        Column(tr("For example"), 34),
    )
    rows: list[Row] = []
    found = cases.all()
    for kind in KINDS:
        own = tuple(one for one in found if one.kind == kind)
        rows.append(_kind_row(kind, own, choices))
        rows += [_case_row(one, choices) for one in own]
    return Table(columns, tuple(rows))


def _kind_row(kind: Kind, own: Sequence[Case], choices: Choices) -> Row:
    count = sum(one.count for one in own)
    left = sum(_left(one, choices) for one in own)
    words = tr("1 variable") if len(own) == 1 else tr("{count} variables", count=len(own))
    proposed = rule_for(choices.proposed, kind, "")
    look: Look = "strong" if own else "dim"
    cells = (
        Cell(kind_words(kind), kind_words(kind), look),
        Cell(words if own else tr("none"), None, look),
        Cell(_figure(count), count, look),
        Cell(_figure(left), left, look if left == count else "success"),
        _rule_cell(kind, "", choices),
        text(action_words(proposed.action, kind=kind), known=False) if proposed else text("", known=False),
        Cell("", None),
    )
    return Row(cells, tip=proposed.why if proposed else "", item=Target(kind, "", tuple(own)))


def _case_row(one: Case, choices: Choices) -> Row:
    left = _left(one, choices)
    cells = (
        text("    " + ", ".join(map(reason_words, one.reasons))),
        text(one.variable or tr("the patient")),
        amount(_figure(one.count), one.count),
        Cell(_figure(left), left, "success" if left < one.count else ""),
        _rule_cell(one.kind, one.variable, choices) if one.variable else text("", known=False),
        text("", known=False),
        text(example_of(one), known=False),
    )
    counts = ", ".join(f"{reason_words(reason)} {count}" for reason, count in one.reasons.most_common())
    example = example_of(one)
    told = "\n".join(
        part for part in (counts, tr("For example {what}", what=example) if example else "") if part
    )
    return Row(cells, tip=told, item=Target(one.kind, one.variable, (one,)))


def _left(one: Case, choices: Choices) -> int:
    rule = rule_for(choices.together, one.kind, one.variable)
    return one.count if rule is None else one.left(rule.action)


def _rule_cell(kind: Kind, variable: str, choices: Choices) -> Cell:
    own = [one for one in choices.chosen if (one.kind, one.variable) == (kind, variable)]
    if own:
        words = action_words(own[-1].action, kind=kind)
        return Cell(f"{words} \u25be", words)
    if variable:
        return Cell(tr("as above") + " \u25be", None, "dim")
    rule = rule_for(choices.together, kind, "")
    words = action_words(rule.action, kind=kind) if rule else action_words("keep", kind=kind)
    return Cell(tr("{rule} (proposed)", rule=words) + " \u25be", None, "dim")


def _figure(count: int) -> str:
    return f"{count:,}".replace(",", "\u2009")


def example_of(one: Case) -> str:
    """A value with its unit and date, of the first place that has any."""
    for place in one.places:
        if place.entry is not None:
            parts = (value_of(place), _day(place.entry))
            return " \u00b7 ".join(part for part in parts if part)
    return ""


def value_of(place: Place) -> str:
    """The value that was found, with its unit; empty for what has none."""
    content = place.entry.content if place.entry is not None else None
    if not isinstance(content, Observation):
        return ""
    if place.finding.part >= 0:
        part = content.components[place.finding.part]
        return value_text(part.value, part.absent)
    return value_cell(content).text


def _day(entry: Entry) -> str:
    found = _date(entry)
    return found.text[:_DAY] if found.key is not None else ""


def _date(entry: Entry) -> Cell:
    """When it was, else when it was written down."""
    when = _when(entry)
    if when is None and entry.recorded is not None:
        written = date(entry.recorded)
        return Cell(tr("written {day}", day=written.text), written.key, "dim")
    return date(when)


def _when(entry: Entry) -> When | None:
    period = period_of(entry.content)
    return period.start or period.end


def places_table(target: Target, names: Mapping[str, str] | None = None) -> Table:
    """Where something was found, each with its source.

    Args:
        target: One variable, or all of a kind.
        names: Of patients by key, where those of several are shown.
    """
    columns = (
        *((Column(tr("Patient"), 24),) if names is not None else ()),
        Column(tr("Date"), 24),
        Column(tr("What"), 0),
        Column(tr("Value"), 22, right=True),
        Column(tr("Why"), 26),
        Column(tr("File"), 26),
        Column(tr("Place"), 30),
    )
    places = [place for one in target.cases for place in one.places][:_MOST]
    return Table(columns, tuple(_place_row(one, names) for one in places))


def _place_row(one: Place, names: Mapping[str, str] | None) -> Row:
    entry, finding = one.entry, one.finding
    what = finding.variable or (title_of(entry.content) if entry is not None else tr("the patient"))
    cells = (
        *((text(names.get(one.who, "")),) if names is not None else ()),
        _date(entry) if entry is not None else text("", known=False),
        text(what),
        text(value_of(one), known=False),
        text(reason_words(finding.reason)),
        text(finding.file),
        text(finding.place),
    )
    return Row(cells, entry if names is None else None, item=one)
