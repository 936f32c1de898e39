"""Subjects of records that carry the same number of the same issuer: one person where nothing differs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import distinct, func, select, update

from medapp.library.record import pairs, schema
from medapp.library.record.dummies import is_dummy
from medapp.library.record.writing import differ

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection

_AT_ONCE: Final = 5_000
_MOST_PEOPLE: Final = 200
"""A number that more people carry says nothing: it stands for one that is not known."""
Number = tuple[str, str]


class _Who(NamedTuple):
    """Somebody as a source names them; `person` as it was when they were looked up."""

    key: str
    person: str
    said: tuple[str, str, str]


def join_by_identifier(
    connection: Connection, keys: Sequence[str], between: Callable[[], None] | None = None
) -> list[tuple[str, str]]:
    """Make subjects one person who carry the same number of the same issuer and do not contradict each other.

    Args:
        connection: In a transaction.
        keys: Of the subjects that are looked at; all others may be found.
        between: Called now and then; what it raises ends the joining.

    Returns:
        Pairs that carry the same number but another name, birth date or sex, and of which nobody has said yet
        whether they are one person.
    """
    joining = _Joining(connection)
    for start in range(0, len(keys), _AT_ONCE):
        for one, other in _sharing(connection, keys[start : start + _AT_ONCE]):
            if between is not None:
                between()
            joining.compare(one, other)
    return list(joining.doubtful)


class _Joining:
    """Compares two at a time."""

    def __init__(self, connection: Connection) -> None:
        self.doubtful: dict[tuple[str, str], None] = {}
        self._connection = connection
        self._said = pairs.answers(connection)
        self._apart = "different" in self._said.values()
        self._became: dict[str, str] = {}

    def compare(self, one: _Who, other: _Who) -> None:
        """Join them, or keep them apart as doubtful."""
        pair = (min(one.key, other.key), max(one.key, other.key))
        if pair in self._said or (self._apart and pairs.are_apart(self._connection, one.key, other.key)):
            return
        if differ(one.said, other.said):
            self.doubtful[pair] = None
            return
        persons = {self._now(one.person), self._now(other.person)}
        if len(persons) > 1:
            kept = min(persons)
            self._became |= dict.fromkeys(persons - {kept}, kept)
            column = schema.subjects.c
            self._connection.execute(
                update(schema.subjects).where(column.person.in_(sorted(persons))).values(person=kept)
            )

    def _now(self, person: str) -> str:
        while (kept := self._became.get(person)) is not None:
            person = kept
        return person


def _sharing(connection: Connection, keys: Sequence[str]) -> Iterator[tuple[_Who, _Who]]:
    """Subjects with others who carry one of their numbers: one for all that say the same of one person."""
    column, number = schema.subjects.c, schema.identifiers.c
    own: defaultdict[str, list[Number]] = defaultdict(list)
    for row in connection.execute(
        select(number.subject, number.issuer, number.value).where(
            number.subject.in_(keys), number.issuer != ""
        )
    ):
        if not is_dummy(row.value):
            own[row.subject].append((row.issuer, row.value))
    carriers = _carriers(connection, {one for numbers in own.values() for one in numbers})
    if not carriers:
        return
    subjects = connection.execute(
        select(column.key, column.person, column.name, column.birth_date, column.sex).where(
            column.key.in_(own)
        )
    )
    for key, person, *said in sorted(map(tuple, subjects)):
        who = _Who(key, person, tuple(said))
        others = {other.key: other for one in own[key] for other in carriers.get(one, ()) if other.key != key}
        for name in sorted(others):
            yield who, others[name]


def _carriers(connection: Connection, numbers: set[Number]) -> dict[Number, list[_Who]]:
    """Who carries each number that several subjects do, and not so many people that it tells nobody apart."""
    column, number = schema.subjects.c, schema.identifiers.c
    values = sorted({value for _, value in numbers})
    found: defaultdict[Number, list[_Who]] = defaultdict(list)
    for start in range(0, len(values), _AT_ONCE):
        part = values[start : start + _AT_ONCE]
        joined = schema.identifiers.join(schema.subjects, column.key == number.subject)
        shared = connection.execute(
            select(number.issuer, number.value, func.count(distinct(column.person)))
            .select_from(joined)
            .where(number.value.in_(part), number.issuer != "")
            .group_by(number.issuer, number.value)
            .having(func.count() > 1)
        ).all()
        telling = {(issuer, value) for issuer, value, people in shared if people <= _MOST_PEOPLE} & numbers
        if not telling:
            continue
        rows = connection.execute(
            select(
                number.issuer, number.value, func.min(column.key), column.person, column.name,
                column.birth_date, column.sex,
            )
            .select_from(joined)
            .where(number.value.in_(sorted({value for _, value in telling})))
            .group_by(
                number.issuer, number.value, column.person, column.name, column.birth_date, column.sex
            )
        )  # fmt: skip
        for issuer, value, key, person, *said in rows:
            if (issuer, value) in telling:
                found[issuer, value].append(_Who(key, person, tuple(said)))
    return found
