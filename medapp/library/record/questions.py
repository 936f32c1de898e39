"""Files that wait for an answer: kept until they have one, so that they can be answered at any time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from medapp.formats.recognise import RecordFile
from medapp.library.codec import path_in, path_out
from medapp.library.record import genomes, pairs, schema
from medapp.library.record.sweeping import sweep, take_out

if TYPE_CHECKING:
    import threading
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection, Engine

    from medapp.library.record.pairs import Subject

State = Literal["open", "answered", "left-out"]


@dataclass(frozen=True)
class FileQuestion:
    """A file that a person has to say something of, or has said it.

    Attributes:
        identity: Of the file in the library.
        file: Where it lies, and what it is read as: ``table`` or ``vcf``.
        person: Key of whom a genome was said to be; empty for a table.
        sample: Column of the genome that was called.
        changed: Seconds since 1970, when it came to this state.
    """

    identity: str
    file: RecordFile
    state: State
    person: str = ""
    sample: str = ""
    changed: float = 0.0


class QuestionStore:
    """Thread-safe; a part of the `Library`, in the same database."""

    def __init__(self, engine: Engine, writing: threading.RLock) -> None:
        """See `Library.questions`."""
        self._engine, self._writing = engine, writing

    def ask(self, files: Iterable[tuple[str, RecordFile]]) -> None:
        """Let files wait, given with their identities; those that were answered before wait again."""
        rows = [
            {
                "identity": identity,
                "path": path_out(file.path),
                "kind": file.kind,
                "shown": file.shown,
                **_state("open"),
            }
            for identity, file in files
        ]
        if not rows:
            return
        statement = upsert(schema.questions)
        new = {name: statement.excluded[name] for name in rows[0] if name != "identity"}
        with self._writing, self._engine.begin() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["identity"], set_=new), rows)

    def answered(self, identity: str, *, person: str = "", sample: str = "") -> None:
        """A person has said what it is, and it was read; nothing where it did not wait."""
        self._set(identity, _state("answered", person, sample))

    def leave_out(self, identity: str) -> None:
        """A person has said that it shall not be read."""
        self._set(identity, _state("left-out"))

    def forget(self, identity: str) -> None:
        """Ask no more about a file that cannot be read as it is now; what was answered stays."""
        table = schema.questions
        with self._writing, self._engine.begin() as connection:
            connection.execute(delete(table).where(table.c.identity == identity, table.c.state == "open"))

    def take_back(self, identity: str) -> None:
        """Take out all that was read because of an answer, and let the file wait again."""
        table = schema.questions
        with self._writing, self._engine.begin() as connection:
            row = connection.execute(select(table).where(table.c.identity == identity)).first()
            if row is None:
                return
            if row.state == "answered" and row.kind == "vcf":
                genomes.remove(connection, path_in(row.path), row.sample)
                # Where the file was the only one to name the person, they were made for it.
                _forget_like(connection, f"{path_in(row.path)}#")
            elif row.state == "answered":
                sweep(connection, take_out(connection, identity), identity)
            connection.execute(update(table).where(table.c.identity == identity).values(**_state("open")))

    def all(self) -> tuple[FileQuestion, ...]:
        """All files, those that wait first, in the order of their names."""
        table = schema.questions
        with self._engine.connect() as connection:
            rows = connection.execute(select(table).order_by(table.c.state != "open", table.c.identity)).all()
        return tuple(
            FileQuestion(
                row.identity,
                RecordFile(path_in(row.path), row.kind, row.shown),
                row.state,
                row.person,
                row.sample,
                row.changed,
            )
            for row in rows
        )

    def pairs(self, most: int, persons: Collection[str] | None = None) -> tuple[tuple[Subject, Subject], ...]:
        """Records that share a number and contradict each other, of which nobody has said anything yet.

        Args:
            most: As many are looked for.
            persons: Keys of persons: pairs with one of these alone; all where it is None.
        """
        with self._engine.connect() as connection:
            found = pairs.open_pairs(connection, most, persons)
            known = pairs.subjects(connection, [key for pair in found for key in pair])
        return tuple((known[one], known[two]) for one, two in found)

    def said_pairs(self) -> tuple[tuple[Subject, Subject, bool], ...]:
        """Records of which a person has said whether they are one person's."""
        with self._engine.connect() as connection:
            said = pairs.answers(connection)
            known = pairs.subjects(connection, [key for pair in said for key in pair])
        return tuple((known[one], known[two], answer == "same") for (one, two), answer in said.items())

    def refusals(self, most: int) -> tuple[tuple[str, str, str, str], ...]:
        """Source, place, code and reason of what was not read, the latest source first."""
        refusal, source = schema.refusals.c, schema.sources.c
        statement = (
            select(source.path, refusal.place, refusal.code, refusal.reason)
            .join(schema.sources, source.id == refusal.source)
            .order_by(source.imported.desc(), refusal.id)
            .limit(most)
        )
        with self._engine.connect() as connection:
            return tuple((row.path, row.place, row.code, row.reason) for row in connection.execute(statement))

    def _set(self, identity: str, values: dict[str, object]) -> None:
        table = schema.questions
        with self._writing, self._engine.begin() as connection:
            connection.execute(update(table).where(table.c.identity == identity).values(**values))


def _state(state: State, person: str = "", sample: str = "") -> dict[str, object]:
    return {"state": state, "person": person, "sample": sample, "changed": time.time()}


def _forget_like(connection: Connection, start: str) -> None:
    table = schema.sources.c
    found = select(table.path).where(table.path.startswith(start, autoescape=True))
    for path in connection.scalars(found).all():
        sweep(connection, take_out(connection, path), path)
