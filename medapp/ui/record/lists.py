"""The tables of a record: problems, medicines, allergies, procedures, notes, and all entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from medapp.domain.record import (
    Allergy,
    Immunization,
    Medication,
    Note,
    Observation,
    Other,
    Problem,
    Procedure,
    Quantity,
    Report,
    StudyReference,
)
from medapp.domain.record.facts import OUTCOME, period_of
from medapp.domain.record.summary import ends_with_death
from medapp.ui.record.facts import (
    FEW,
    components_text,
    is_absent,
    is_error,
    kind_of,
    medicine_kind,
    quantity_text,
    source_text,
    title_of,
    value_text,
)
from medapp.ui.record.spans import bounds
from medapp.ui.record.tables import Cell, Column, Look, Row, Table, amount, date, text, time
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medapp.domain.record import Entry, Period
    from medapp.domain.record.clinical import Content

T = TypeVar("T")
_ACTIVE = {"active", "recurrence", "relapse", "in-progress", "on-hold"}
_UNKNOWN = {"", "unknown"}


def _of(entries: Iterable[Entry], kind: type[T]) -> list[tuple[Entry, T]]:
    return [(entry, entry.content) for entry in entries if isinstance(entry.content, kind)]


def _look(content: Content) -> Look:
    if is_error(content):
        return "struck"
    return "dim" if is_absent(content) else ""


def _tip(entry: Entry) -> str:
    error = tr("The source marks this entry as made in error.") + "\n" if is_error(entry.content) else ""
    return error + source_text(entry)


def _row(entry: Entry, *cells: Cell) -> Row:
    return Row(cells, entry, _look(entry.content), _tip(entry))


def _active_first(row: Row) -> tuple[int, float]:
    """Active, then unknown, then over, then what is not so, then mistakes; the newest first within each."""
    content = row.entry.content if row.entry else None
    status = getattr(content, "status", "")
    rank = 0 if status in _ACTIVE else 1 if status in _UNKNOWN else 2
    if row.look:
        rank = 4 if row.look == "struck" else 3
    start = period_of(content).start if content is not None else None
    start = start or (row.entry.recorded if row.entry else None)
    return rank, -bounds(start)[0] if start else float("inf")


def _newest_first(row: Row) -> tuple[bool, float]:
    key = row.cells[0].key
    return key is None, -float(key or 0)


def _start(period: Period) -> Cell:
    return date(period.start)


def _stop(content: Content, period: Period, died: str = "") -> Cell:
    if ends_with_death(content, died):
        told = tr("at death") if died == "yes" else tr("at death {date}", date=died[:10])
        return date(None, told)
    active = getattr(content, "status", "") in _ACTIVE
    return date(period.end, tr("goes on") if active and period.end is None else "")


def problems(entries: Iterable[Entry]) -> Table:
    """Active ones first."""
    columns = (
        Column(tr("Problem"), 0),
        Column(tr("Status"), 11),
        Column(tr("Certainty"), 12),
        Column(tr("Onset"), 16),
        Column(tr("Abatement"), 16),
        Column(tr("Severity"), 14, optional=True),
        Column(tr("Category"), 20, optional=True),
        Column(tr("Written down"), 16, optional=True),
    )
    rows = [
        _row(
            entry,
            text(title_of(one)),
            text(one.status),
            text(one.certainty),
            _start(one.onset),
            _stop(one, one.onset),
            text(one.severity),
            text(one.category),
            date(entry.recorded),
        )
        for entry, one in _of(entries, Problem)
    ]
    return Table(columns, tuple(sorted(rows, key=_active_first)))


def medicines(entries: Iterable[Entry], died: str = "") -> Table:
    """Active ones first; the kind says whether a medicine was ordered, dispensed, given or told of.

    What was taken without an end by somebody who has died (`died` as of `death_of`) ends with the death.
    """
    columns = (
        Column(tr("Medicine"), 0),
        Column(tr("Kind"), 13),
        Column(tr("Status"), 11),
        Column(tr("Start"), 16),
        Column(tr("Stop"), 20),
        Column(tr("Dose"), 16, right=True),
        Column(tr("Route"), 14, optional=True),
        Column(tr("Frequency"), 28, optional=True),
        Column(tr("Written down"), 16, optional=True),
    )
    rows = [
        _row(
            entry,
            text(title_of(one)),
            text(medicine_kind(one.kind)),
            text(one.status),
            _start(one.taken),
            _stop(one, one.taken, died),
            amount(quantity_text(one.dose), one.dose.value if one.dose else None),
            text(one.route),
            _frequency(one),
            date(entry.recorded),
        )
        for entry, one in _of(entries, Medication)
    ]
    return Table(columns, tuple(sorted(rows, key=_active_first)))


def _frequency(one: Medication) -> Cell:
    words = " ".join(part for part in (one.frequency, tr("as needed") if one.as_needed else "") if part)
    return text(words or one.instruction)


def allergies(entries: Iterable[Entry]) -> Table:
    """Active ones first; an entry that there is none stands as what it is."""
    columns = (
        Column(tr("Allergy or intolerance"), 0),
        Column(tr("Criticality"), 16),
        Column(tr("Reactions"), 36),
        Column(tr("Status"), 12),
        Column(tr("Certainty"), 14, optional=True),
        Column(tr("Category"), 14, optional=True),
        Column(tr("Onset"), 16, optional=True),
    )
    rows = [
        _row(
            entry,
            text(tr("None: {what}", what=title_of(one)) if one.negated else title_of(one)),
            text(one.criticality)._replace(look="warning" if one.criticality == "high" else ""),
            text(_reactions(one)),
            text(one.status),
            text(one.certainty),
            text(one.category),
            _start(one.onset),
        )
        for entry, one in _of(entries, Allergy)
    ]
    return Table(columns, tuple(sorted(rows, key=_active_first)))


def _reactions(one: Allergy) -> str:
    told = []
    for reaction in one.reactions:
        words = ", ".join(concept.display for concept in reaction.manifestations if concept.display)
        told.append(f"{words} ({reaction.severity})" if reaction.severity else words)
    return "; ".join(part for part in told if part)


def procedures(entries: Iterable[Entry]) -> Table:
    """Procedures and immunisations, the newest first."""
    columns = (
        Column(tr("Date"), 16),
        Column(tr("Procedure or vaccine"), 0),
        Column(tr("Kind"), 13),
        Column(tr("Status"), 12),
        Column(tr("End"), 16, optional=True),
        Column(tr("Body site, route or dose"), 24, optional=True),
        Column(tr("Reason or lot"), 28, optional=True),
    )
    rows = []
    done: list[tuple[Entry, Procedure | Immunization]] = [
        *_of(entries, Procedure),
        *_of(entries, Immunization),
    ]
    for entry, one in done:
        period = period_of(one)
        if isinstance(one, Procedure):
            where, why = one.body_site, one.reason.display
        else:
            dose = quantity_text(one.dose) if one.dose else ""
            where = " ".join(part for part in (one.route, dose) if part)
            why = one.lot
        end = date(period.end) if isinstance(one, Procedure) else text("", known=False)
        cells = (text(title_of(one)), text(kind_of(one)), text(one.status), end)
        rows.append(_row(entry, _start(period), *cells, text(where), text(why)))
    return Table(columns, tuple(sorted(rows, key=_newest_first)))


def notes(entries: Iterable[Entry]) -> Table:
    """Documents, and reports that have words of their own, the newest first."""
    columns = (
        Column(tr("Date"), 16),
        Column(tr("Note or report"), 0),
        Column(tr("Kind"), 8),
        Column(tr("Status"), 10),
        Column(tr("Author"), 20, optional=True),
    )
    written: list[tuple[Entry, Note | Report]] = [*_of(entries, Note), *_of(entries, Report)]
    rows = [
        _row(
            entry,
            _start(period_of(one)),
            text(title_of(one)),
            text(kind_of(one)),
            text(one.status),
            text(one.author if isinstance(one, Note) else ""),
        )
        for entry, one in written
    ]
    return Table(columns, tuple(sorted(rows, key=_newest_first)))


def everything(entries: Sequence[Entry]) -> Table:
    """All entries of every kind, the newest first."""
    columns = (
        Column(tr("Date"), 16),
        Column(tr("Kind"), 20),
        Column(tr("What"), 0),
        Column(tr("Value"), 24, right=True),
        Column(tr("Status"), 12),
        Column(tr("File"), 16),
        Column(tr("Place"), 14),
    )
    kinds = {_key(entry.content): entry.content for entry in entries}
    named = {kind: text(kind_of(content)) for kind, content in kinds.items()}
    rows = [
        _row(
            entry,
            _when(entry),
            named[_key(entry.content)],
            text(title_of(entry.content)),
            value_cell(entry.content),
            text(getattr(entry.content, "status", ""), known=not isinstance(entry.content, StudyReference)),
            text(entry.source.file),
            text(entry.source.place),
        )
        for entry in entries
    ]
    return Table(columns, tuple(sorted(rows, key=_newest_first)))


def _key(content: Content) -> object:
    if isinstance(content, Observation) and content.category == OUTCOME:
        return OUTCOME
    return content.kind if isinstance(content, Other) else type(content)


def _when(entry: Entry) -> Cell:
    period = period_of(entry.content)
    return time(period.start or period.end, entry)


def value_cell(content: Content) -> Cell:
    """The value of an observation; its components where it has several, nothing for other kinds."""
    if not isinstance(content, Observation):
        return Cell("", None)
    if content.value is None and content.components:
        parts = components_text(content.components)
        return Cell(parts, parts)
    words = value_text(content.value, content.absent, FEW)
    if isinstance(content.value, Quantity):
        return Cell(words, content.value.value)
    return Cell(words, words.casefold() if content.value is not None else None)
