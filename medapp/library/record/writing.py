"""Putting what readers yield into the database, some thousand entries at a time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, insert, select, update
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
_SEXES: Final = frozenset({"female", "male", "other"})
_NOTED: Final = "incomplete"
"""Of what was read: see `medapp.services.records.NOTED`."""
_TWO_PEOPLE: Final = (
    "another source of this folder says another name or birth date of who has the same id: kept apart as two "
    "people"
)
_TWO_SEXES: Final = (
    "it contradicts what is known of the sex of this person: both are kept, and nothing that depends on the "
    "sex is computed until the sources agree"
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
        self._sexes: dict[str, str] = {}
        self._beside: dict[str, str] = {}
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
        if key not in self._known and key not in self._persons:
            other = _named_by_another(self._connection, key, self._path)
            said = _said(item)
            if other is not None and differ(other[:-1], said[:-1]):
                # The same name for a record in another source is not enough to make two people one.
                key = self._apart[item.subject] = subject_key(f"{self._path} {item.subject}", self._path)
                self._note(item, _TWO_PEOPLE)
            elif other is not None:
                self._sexes.setdefault(key, other[-1])
        self._persons[self._without_contradiction(key, item)] = item

    def _without_contradiction(self, key: str, item: Person) -> str:
        """The key to write a person under: another one of the same person where the sex is said to differ.

        Both statements are kept, so that whatever depends on the sex finds the contradiction.
        """
        sex = item.sex if item.sex in _SEXES else None
        if sex is None or self._sexes.setdefault(key, sex) == sex or self._sexes[key] not in _SEXES:
            return key
        beside = subject_key(f"{self._path} {item.subject} {sex}", self._path)
        if beside not in self._beside:
            self._note(item, _TWO_SEXES)
        self._beside[beside] = key
        return beside

    def _note(self, item: Person, reason: str) -> None:
        self._refuse(Refusal(item.source, _NOTED, reason))

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
        _put_persons(self._connection, self._persons, self._path, self._beside)
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


def _said(person: Person) -> tuple[str, str, str]:
    row = subject_row("", person)
    return row["name"], row["birth_date"], row["sex"]


def _named_by_another(connection: Connection, key: str, path: str) -> tuple[str, str, str] | None:
    """Name, birth date and sex of who another source put under this key."""
    column = schema.subjects.c
    row = connection.execute(
        select(column.name, column.birth_date, column.sex).where(
            column.key == key, column.payload.is_not(None), column.path != path
        )
    ).first()
    return None if row is None else (row.name, row.birth_date, row.sex)


def differ(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether both state something and it is not the same."""
    return any(a and b and a.casefold() != b.casefold() for a, b in zip(one, other, strict=True))


def _put_persons(
    connection: Connection, persons: dict[str, Person], path: str, beside: dict[str, str]
) -> None:
    if not persons:
        return
    rows = [subject_row(key, person) | {"path": path} for key, person in persons.items()]
    statement = upsert(schema.subjects)
    said = {name: statement.excluded[name] for name in _SAID}
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=said), rows)
    for key, first in beside.items():
        # Of one person, whatever that has been joined to; only the first carries the numbers.
        known = select(schema.subjects.c.person).where(schema.subjects.c.key == first).scalar_subquery()
        connection.execute(
            update(schema.subjects)
            .where(schema.subjects.c.key == key)
            .values(person=func.coalesce(known, key))
        )
    connection.execute(delete(schema.identifiers).where(schema.identifiers.c.subject.in_(list(persons))))
    numbers = [
        {"subject": key, "issuer": clean(one.issuer), "value": clean(one.value), "kind": one.kind.upper()}
        for key, person in persons.items()
        for one in person.identifiers
        if one.value and key not in beside
    ]
    if numbers:
        connection.execute(upsert(schema.identifiers).on_conflict_do_nothing(), numbers)
