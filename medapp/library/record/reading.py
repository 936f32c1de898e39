"""Looking records up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from medapp.library.record import schema
from medapp.library.record.rows import searchable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from medapp.library.record.store import PersonEntry


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
    numbers: dict[str, list[str]] = {}
    for person, value in connection.execute(
        select(column.person, schema.identifiers.c.value)
        .join(schema.identifiers, schema.identifiers.c.subject == column.key)
        .where(column.person.in_(found))
        .order_by(schema.identifiers.c.value)
    ):
        numbers.setdefault(person, []).append(value)
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
            tuple(dict.fromkeys(numbers.get(key, ()))),
            counts.get(key, 0),
        )
        for key, row in sorted(first.items(), key=lambda pair: (searchable(pair[1].name), pair[0]))
    )


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
