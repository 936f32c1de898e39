"""Two records with the same number that contradict each other: a person says whether they are of one."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, or_, select, update

from medapp.library.record import schema

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection


_WHO = ("name", "birth_date", "sex")


@dataclass(frozen=True)
class Subject:
    """Somebody as one source names them.

    Attributes:
        key: Identity of the record, not of the person: one person may have several.
        birth_date: ISO, as exact as stated.
        numbers: Pairs of issuer and value.
        path: The source that said so last.
    """

    key: str
    person: str
    name: str
    birth_date: str
    sex: str
    numbers: tuple[tuple[str, str], ...]
    path: str


def subject(connection: Connection, key: str) -> Subject:
    """Somebody by the key of their record.

    Raises:
        KeyError: Where there is nobody of this key.
    """
    return subjects(connection, [key])[key]


def subjects(connection: Connection, keys: Collection[str]) -> dict[str, Subject]:
    """Some by the keys of their records; keys of nobody are left out."""
    column, number = schema.subjects.c, schema.identifiers.c
    wanted = func.json_each(json.dumps(sorted(set(keys)))).table_valued("value")
    some = select(wanted.c.value)
    numbers: dict[str, list[tuple[str, str]]] = {}
    for key, issuer, value in connection.execute(
        select(number.subject, number.issuer, number.value)
        .where(number.subject.in_(some))
        .order_by(number.issuer, number.value)
    ):
        numbers.setdefault(key, []).append((issuer, value))
    rows = connection.execute(
        select(column.key, column.person, column.name, column.birth_date, column.sex, column.path).where(
            column.key.in_(some)
        )
    )
    return {
        row.key: Subject(
            row.key, row.person, row.name, row.birth_date, row.sex, tuple(numbers.get(row.key, ())), row.path
        )
        for row in rows
    }


def open_pairs(
    connection: Connection, most: int, persons: Collection[str] | None = None
) -> list[tuple[str, str]]:
    """Keys of records with the same number and issuer that contradict each other, without an answer yet.

    Args:
        connection: Of the library.
        most: As many are looked for.
        persons: Only those of which one belongs to one of these persons; all where it is None.
    """
    from medapp.library.record.dummies import is_dummy
    from medapp.library.record.writing import differ

    mine, other = schema.identifiers.alias(), schema.identifiers.alias()
    one, two = schema.subjects.alias(), schema.subjects.alias()
    statement = (
        select(one.c.key, two.c.key, mine.c.value, *[side.c[name] for side in (one, two) for name in _WHO])
        .distinct()
        .select_from(
            mine.join(other, (mine.c.value == other.c.value) & (mine.c.issuer == other.c.issuer))
            .join(one, one.c.key == mine.c.subject)
            .join(two, two.c.key == other.c.subject)
        )
        .where(mine.c.issuer != "", mine.c.subject < other.c.subject, one.c.person != two.c.person)
        .order_by(one.c.name, one.c.key, two.c.name, two.c.key)
    )
    if persons is not None:
        statement = statement.where(or_(one.c.person.in_(persons), two.c.person.in_(persons)))
    said = answers(connection)
    apart = "different" in said.values()
    found: dict[tuple[str, str], None] = {}
    for first, second, value, *who in connection.execute(statement):
        half = len(_WHO)
        if (first, second) in found or is_dummy(value):
            continue
        if (min(first, second), max(first, second)) in said or not differ(who[:half], who[half:]):
            continue
        if not (apart and are_apart(connection, first, second)):
            found[first, second] = None
        if len(found) == most:
            break
    return list(found)


def answers(connection: Connection) -> dict[tuple[str, str], str]:
    """What a person has said of two records: ``same`` or ``different``, by their keys in order."""
    table = schema.pairs
    return {(row.one, row.other): row.answer for row in connection.execute(select(table))}


def answer(connection: Connection, one: str, other: str, *, same: bool | None) -> None:
    """Write whether two records are of the same person; None takes the answer back.

    Who is one person is then worked out anew for everybody that these two are joined with, so that an answer
    that is taken back leaves nothing behind.

    Raises:
        KeyError: Where there is no such record.
    """
    table, (first, second) = schema.pairs, sorted((one, other))
    persons = {subject(connection, key).person for key in (first, second)}
    connection.execute(delete(table).where(table.c.one == first, table.c.other == second))
    if same is not None:
        row = {"one": first, "other": second, "answer": "same" if same else "different"}
        connection.execute(insert(table).values(said=time.time(), **row))
    rejoin(connection, persons)


def rejoin(connection: Connection, persons: Collection[str]) -> None:
    """Take apart who was one person, and join again what numbers and answers say."""
    from medapp.library.record.joining import join_by_identifier

    column, table = schema.subjects.c, schema.pairs
    keys = connection.scalars(select(column.key).where(column.person.in_(persons)).order_by(column.key)).all()
    connection.execute(update(schema.subjects).where(column.key.in_(keys)).values(person=column.key))
    joined = connection.execute(
        select(table.c.one, table.c.other)
        .where(table.c.answer == "same", or_(table.c.one.in_(keys), table.c.other.in_(keys)))
        .order_by(table.c.one, table.c.other)
    ).all()
    for one, other in joined:
        join(connection, one, other)
    join_by_identifier(connection, keys)


def join(connection: Connection, one: str, other: str) -> None:
    """Make two records, and all that are joined with them, one person."""
    column = schema.subjects.c
    persons = connection.scalars(select(column.person).where(column.key.in_([one, other]))).all()
    kept = min(persons)
    connection.execute(update(schema.subjects).where(column.person.in_(persons)).values(person=kept))


def are_apart(connection: Connection, one: str, other: str) -> bool:
    """Whether joining two records would make one person of two that were said to be different."""
    column, table = schema.subjects.c, schema.pairs
    groups = {
        key: connection.scalars(
            select(column.key).where(
                column.person == select(column.person).where(column.key == key).scalar_subquery()
            )
        ).all()
        for key in (one, other)
    }
    mine, theirs = groups[one], groups[other]
    found = connection.scalar(
        select(table.c.answer)
        .where(
            table.c.answer == "different",
            or_(
                table.c.one.in_(mine) & table.c.other.in_(theirs),
                table.c.one.in_(theirs) & table.c.other.in_(mine),
            ),
        )
        .limit(1)
    )
    return found is not None
