"""Looking records up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from medapp.library.codec import clean
from medapp.library.record import schema
from medapp.library.record.searching import searchable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sqlalchemy import ColumnElement, Connection, Select

    from medapp.domain.record import Entry
    from medapp.library.record.store import PersonEntry


_RANK = {kind: place for place, kind in enumerate(("MR", "PI", "PT", "U", ""))}
_PRIVATE = frozenset({"SS", "DL", "PPN", "TAX", "NI", "NNUSA", "MC", "MA", "BC", "CC"})
"""HL7 table 0203: numbers that are no business of whoever looks over the reader's shoulder."""
_OTHERS = {
    "NI": "national ID", "NNUSA": "national ID", "SS": "SSN", "MC": "Medicare ID", "MA": "Medicaid ID",
    "PPN": "passport", "DL": "driver's license", "TAX": "tax ID",
}  # fmt: skip
"""Kinds that are shown where there is nothing else to tell somebody by, the best first; never a bank's."""


def persons(connection: Connection, query: str) -> tuple[PersonEntry, ...]:
    """See `RecordStore.persons`."""
    found = select(schema.subjects.c.person).where(*_holds(query))
    listed = _listed(connection, found)
    return tuple(sorted(listed.values(), key=lambda one: (searchable(one.name), one.key)))


def page(
    connection: Connection, query: str, without: Collection[str], first: int, count: int
) -> tuple[tuple[PersonEntry, ...], int]:
    """See `RecordStore.page`."""
    column = schema.subjects.c
    others = func.json_each(json.dumps(sorted(without))).table_valued("value")
    fit = (*_holds(query), column.person.not_in(select(others.c.value)))
    total = connection.scalar(select(func.count(column.person.distinct())).where(*fit)) or 0
    # The text that is searched begins with the name; who has none comes last.
    keys = connection.scalars(
        select(column.person)
        .where(*fit)
        .group_by(column.person)
        .order_by(func.max(column.name) == "", func.min(column.search), column.person)
        .limit(count)
        .offset(first)
    ).all()
    listed = _listed(connection, keys)
    return tuple(listed[key] for key in keys), total


def holding(connection: Connection, word: str) -> frozenset[str]:
    """See `RecordStore.holding`."""
    return frozenset(connection.scalars(select(schema.subjects.c.person).where(*_holds(word))))


def listed(connection: Connection, key: str) -> PersonEntry | None:
    """See `RecordStore.listed`."""
    return _listed(connection, [key]).get(key)


def _holds(query: str) -> tuple[ColumnElement[bool], ...]:
    column = schema.subjects.c
    words = searchable(query).split()
    return (column.payload.is_not(None), *[column.search.contains(word, autoescape=True) for word in words])


def _listed(connection: Connection, found: Select[tuple[str]] | Sequence[str]) -> dict[str, PersonEntry]:
    """Everybody of these keys."""
    from medapp.library.record.store import PersonEntry

    column = schema.subjects.c
    counts = {
        row.person: int(row.entries)
        for row in connection.execute(
            select(column.person, func.count(schema.entries.c.id).label("entries"))
            .join(schema.entries, schema.entries.c.subject == column.key)
            .where(column.person.in_(found))
            .group_by(column.person)
        )
    }
    numbers = _numbers(connection, found)
    rows = connection.execute(
        select(column.person, column.name, column.birth_date, column.sex)
        .where(column.person.in_(found), column.payload.is_not(None))
        .order_by(column.name, column.key)
    )
    first = {row.person: row for row in reversed(rows.all())}
    return {
        key: PersonEntry(
            key,
            row.name,
            row.birth_date,
            row.sex,
            tuple(dict.fromkeys(value for _, value in numbers.get(key, ()))),
            counts.get(key, 0),
            _first(numbers.get(key, ()), lambda kind: kind not in _PRIVATE)[1],
            _other(numbers.get(key, ())),
        )
        for key, row in first.items()
    }


def _first(numbers: Sequence[tuple[str, str]], wanted: Callable[[str], bool]) -> tuple[str, str]:
    return next((pair for pair in numbers if wanted(pair[0])), ("", ""))


def _other(numbers: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The best number where none is to be shown otherwise: its kind in words, and it."""
    if _first(numbers, lambda kind: kind not in _PRIVATE)[1]:
        return "", ""
    known = dict(reversed(numbers))
    return next(((words, known[kind]) for kind, words in _OTHERS.items() if kind in known), ("", ""))


def _numbers(
    connection: Connection, found: Select[tuple[str]] | Sequence[str]
) -> dict[str, list[tuple[str, str]]]:
    """Kind and value of everybody's numbers, the hospital's own first."""
    column, number = schema.subjects.c, schema.identifiers.c
    numbers: dict[str, list[tuple[str, str]]] = {}
    for person, kind, value in connection.execute(
        select(column.person, number.kind, number.value)
        .join(schema.identifiers, number.subject == column.key)
        .where(column.person.in_(found))
        .order_by(number.value)
    ):
        numbers.setdefault(person, []).append((kind, value))
    for listed in numbers.values():
        listed.sort(key=lambda pair: _RANK.get(pair[0], len(_RANK)))
    return numbers


def payloads(connection: Connection, key: str) -> list[bytes]:
    """Stored persons of a key.

    Raises:
        KeyError: Where there are none.
    """
    column = schema.subjects.c
    rows = connection.execute(select(column.payload).where(column.person == key).order_by(column.key)).all()
    if not rows:
        raise KeyError(key)
    return [row.payload for row in rows if row.payload is not None]


def source_path(connection: Connection, persons: Sequence[str], entry: Entry) -> str:
    """See `RecordStore.source_path`."""
    from medapp.api.codec import dump

    column = schema.entries.c
    found = connection.scalars(
        select(schema.sources.c.path)
        .join(schema.entries, column.source == schema.sources.c.id)
        .join(schema.subjects, schema.subjects.c.key == column.subject)
        .where(schema.subjects.c.person.in_(persons), column.entry == clean(entry.id))
        # Two sources of one person may use the same id.
        .order_by((column.payload == dump(entry)).desc())
    )
    return next(iter(found), "")


def entry_payloads(connection: Connection, key: str, kinds: Sequence[str]) -> list[bytes]:
    """Stored entries of a person in order of time."""
    column = schema.entries.c
    statement = (
        select(column.payload)
        .join(schema.subjects, schema.subjects.c.key == column.subject)
        .where(schema.subjects.c.person == key)
        .order_by(column.start.nulls_first(), column.id)
    )
    if kinds:
        statement = statement.where(column.kind.in_(kinds))
    return [bytes(text) for text in connection.scalars(statement)]
