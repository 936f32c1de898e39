"""Taking out what a source said of people, so that nobody is listed of whom nothing is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select, union

from medapp.library.record import schema

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

_AT_ONCE: Final = 10_000
"""SQLite takes no more than some ten thousand values in one statement."""


def take_out(connection: Connection, path: str) -> set[str]:
    """Delete what was read of a source; whom it spoke of stays until `sweep`.

    Returns:
        Keys of whom it spoke of.
    """
    source = connection.scalar(select(schema.sources.c.id).where(schema.sources.c.path == path))
    if source is None:
        return set()
    subject, entry = schema.subjects.c, schema.entries.c
    named = select(subject.key).where(subject.path == path)
    spoken = union(named, select(entry.subject).where(entry.source == source))
    keys = set(connection.scalars(spoken))
    connection.execute(delete(schema.entries).where(entry.source == source))
    connection.execute(delete(schema.refusals).where(schema.refusals.c.source == source))
    connection.execute(delete(schema.sources).where(schema.sources.c.id == source))
    return keys


def sweep(connection: Connection, keys: Collection[str], path: str) -> None:
    """Take out people of whom the source spoke that is being replaced, where nothing else is left of them.

    Args:
        connection: In a transaction.
        keys: Of people whom the source does not name any more.
        path: Of that source: whom another one has named stays.
    """
    subject = schema.subjects.c
    left = select(schema.entries.c.subject).where(schema.entries.c.subject == subject.key).exists()
    called = select(schema.genomes.c.subject).where(schema.genomes.c.subject == subject.key).exists()
    listed = sorted(keys)
    for start in range(0, len(listed), _AT_ONCE):
        part = listed[start : start + _AT_ONCE]
        connection.execute(
            delete(schema.subjects).where(subject.key.in_(part), subject.path.in_([path, ""]), ~left, ~called)
        )
