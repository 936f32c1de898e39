"""Looking records up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from medapp.library.record import schema
from medapp.library.record.rows import searchable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Select

    from medapp.library.record.store import PersonEntry


_RANK = {kind: place for place, kind in enumerate(("MR", "PI", "PT", "U", ""))}
_PRIVATE = frozenset({"SS", "DL", "PPN", "TAX", "NI", "NNUSA", "MC", "MA", "BC", "CC"})
"""HL7 table 0203: numbers that are no business of whoever looks over the reader's shoulder."""


def persons(connection: Connection, query: str) -> tuple[PersonEntry, ...]:
    """See `RecordStore.persons`."""
    from medapp.library.record.store import PersonEntry

    column = schema.subjects.c
    found = select(column.person).where(
        column.payload.is_not(None),
        *[column.search.contains(word, autoescape=True) for word in searchable(query).split()],
    )
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
    return tuple(
        PersonEntry(
            key,
            row.name,
            row.birth_date,
            row.sex,
            tuple(dict.fromkeys(value for _, value in numbers.get(key, ()))),
            counts.get(key, 0),
            next((value for kind, value in numbers.get(key, ()) if kind not in _PRIVATE), ""),
        )
        for key, row in sorted(first.items(), key=lambda pair: (searchable(pair[1].name), pair[0]))
    )


def _numbers(connection: Connection, found: Select[tuple[str]]) -> dict[str, list[tuple[str, str]]]:
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
