"""What models proposed as treatment, in the library; a plan is made from an option of it, see `plans`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy import Engine


@dataclass(frozen=True)
class ProposalEntry:
    """An answer of a model with its options.

    Attributes:
        patient: Key of the patient in the library.
        version: Of the plugin.
        created: ISO 8601 with time zone.
        folder: Holds ``result.json`` and what `medapp.api.wire_treatment.read_options` reads.
    """

    id: str
    patient: str
    task: str
    title: str
    version: str
    created: str
    folder: Path


class ProposalStore:
    """Thread-safe; a part of the `Library`, in the same database."""

    def __init__(self, engine: Engine, writing: threading.RLock) -> None:
        """See `Library.proposals`."""
        self._engine, self._writing = engine, writing

    def add(self, entry: ProposalEntry) -> None:
        """Keep an answer; the same id is replaced."""
        from sqlalchemy import delete, insert

        from medapp.library.codec import path_out
        from medapp.library.proposals_schema import treatment_proposals as table

        row = {name: getattr(entry, name) for name in _FIELDS} | {"folder": path_out(entry.folder)}
        with self._writing, self._engine.begin() as connection:
            connection.execute(delete(table).where(table.c.id == entry.id))
            connection.execute(insert(table).values(row))

    def of(self, patients: Iterable[str]) -> tuple[ProposalEntry, ...]:
        """Answers about a patient, under any of their keys, the latest first."""
        from sqlalchemy import select

        from medapp.library.codec import path_in
        from medapp.library.proposals_schema import treatment_proposals as table

        statement = (
            select(table)
            .where(table.c.patient.in_(list(patients)))
            .order_by(table.c.created.desc(), table.c.id)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        return tuple(
            ProposalEntry(**{name: getattr(row, name) for name in _FIELDS} | {"folder": path_in(row.folder)})
            for row in rows
        )

    def forget(self, proposal: str) -> None:
        """Take an answer out of the library; its files stay."""
        from sqlalchemy import delete

        from medapp.library.proposals_schema import treatment_proposals as table

        with self._writing, self._engine.begin() as connection:
            connection.execute(delete(table).where(table.c.id == proposal))


_FIELDS = tuple(ProposalEntry.__dataclass_fields__)
