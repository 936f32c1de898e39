"""Putting what readers yield into the database, some thousand entries at a time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from medapp.domain.record import Entry, Person, Refusal
from medapp.library.codec import clean
from medapp.library.record import schema
from medapp.library.record.rows import entry_row, nobody_row, subject_key, subject_row
from medapp.library.record.sweeping import sweep, take_out

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from medapp.domain.record import Item

_AT_ONCE: Final = 2_000
_REPLACED: Final = tuple(
    column.name for column in schema.entries.c if column.name not in {"id", "subject", "kind", "entry"}
)
_SAID: Final = ("name", "birth_date", "sex", "died", "search", "payload", "format", "path")


class Writer:
    """Writes the items of one source; what the same source said before is replaced."""

    def __init__(self, connection: Connection, path: str, form: str, scope: str) -> None:
        """Begin.

        Args:
            connection: In a transaction.
            path: Identity of the source.
            form: What it is read as.
            scope: Inside of what names of subjects are the same person.
        """
        self._connection, self._form, self._scope, self._path = connection, form, scope, path
        self._before = take_out(connection, path)
        self._source = _begin(connection, path, form)
        self._known: set[str] = set()
        self._apart: dict[str, str] = {}
        self._persons: dict[str, Person] = {}
        self._rows: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._refusals: list[dict[str, Any]] = []

    def put(self, items: Iterable[Item], counts: Counter[str]) -> set[str]:
        """Write all items, count them by kind, and return the keys of their subjects."""
        for item in items:
            if isinstance(item, Person):
                counts["Person"] += 1
                self._add_person(item)
            elif isinstance(item, Entry):
                self._add_entry(item, counts)
            else:
                self._refuse(item)
            if len(self._rows) + len(self._persons) + len(self._refusals) >= _AT_ONCE:
                self.flush()
        self.flush()
        sweep(self._connection, self._before - self._known, self._path)
        return self._known

    def _add_person(self, item: Person) -> None:
        key = self._key(item.subject)
        if (
            key not in self._known
            and key not in self._persons
            and _is_another(self._connection, key, item, self._path)
        ):
            # The same name for a record in another source is not enough to make two people one.
            key = self._apart[item.subject] = subject_key(f"{self._path} {item.subject}", self._path)
        self._persons[key] = item

    def _key(self, subject: str) -> str:
        return self._apart.get(subject) or subject_key(subject, self._scope)

    def _add_entry(self, item: Entry, counts: Counter[str]) -> None:
        row = entry_row(item, self._key(item.subject), self._source)
        counts[row["kind"]] += 1
        self._rows[row["subject"], row["kind"], row["entry"]] = row | {"_name": item.subject}

    def _refuse(self, item: Refusal) -> None:
        self._refusals.append(
            {
                "source": self._source,
                "place": clean(item.source.place),
                "code": item.code,
                "reason": clean(item.reason),
                "whole": item.whole,
            }
        )

    def flush(self) -> None:
        """Write what waits."""
        rows = list(self._rows.values())
        names = {row["subject"]: row.pop("_name") for row in rows}
        _put_persons(self._connection, self._persons, self._path)
        missing = names.keys() - self._persons.keys() - self._known
        if missing:
            empty = [nobody_row(key, names[key], self._form) for key in sorted(missing)]
            self._connection.execute(upsert(schema.subjects).on_conflict_do_nothing(), empty)
        if rows:
            statement = upsert(schema.entries)
            again = {name: statement.excluded[name] for name in _REPLACED}
            self._connection.execute(
                statement.on_conflict_do_update(index_elements=["subject", "kind", "entry"], set_=again), rows
            )
        if self._refusals:
            self._connection.execute(insert(schema.refusals), self._refusals)
        self._known |= names.keys() | self._persons.keys()
        self._persons, self._rows, self._refusals = {}, {}, []


def _begin(connection: Connection, path: str, form: str) -> int:
    """The number of a source that is written now."""
    done = connection.execute(
        insert(schema.sources).values(path=path, format=form, imported=time.time())
    ).inserted_primary_key
    if done is None:
        raise RuntimeError(path)
    return int(done[0])


def _is_another(connection: Connection, key: str, person: Person, path: str) -> bool:
    """Whether who another source put under this key contradicts what is now said."""
    column = schema.subjects.c
    row = connection.execute(
        select(column.name, column.birth_date, column.sex).where(
            column.key == key, column.payload.is_not(None), column.path != path
        )
    ).first()
    new = subject_row(key, person)
    return row is not None and differ(row, (new["name"], new["birth_date"], new["sex"]))


def differ(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether both state something and it is not the same."""
    return any(a and b and a.casefold() != b.casefold() for a, b in zip(one, other, strict=True))


def _put_persons(connection: Connection, persons: dict[str, Person], path: str) -> None:
    if not persons:
        return
    rows = [subject_row(key, person) | {"path": path} for key, person in persons.items()]
    statement = upsert(schema.subjects)
    said = {name: statement.excluded[name] for name in _SAID}
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=said), rows)
    connection.execute(delete(schema.identifiers).where(schema.identifiers.c.subject.in_(list(persons))))
    numbers = [
        {"subject": key, "issuer": clean(one.issuer), "value": clean(one.value), "kind": one.kind.upper()}
        for key, person in persons.items()
        for one in person.identifiers
        if one.value
    ]
    if numbers:
        connection.execute(upsert(schema.identifiers).on_conflict_do_nothing(), numbers)
