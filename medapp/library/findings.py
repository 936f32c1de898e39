"""Findings of models in the library, and what a person decided on each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy import Engine, Row

Verdict = Literal["accepted", "corrected", "rejected"]


@dataclass(frozen=True)
class FindingEntry:
    """An answer of a model, with all its findings.

    Attributes:
        patient: Key of the patient in the library.
        series_key: Empty where no images were used.
        created: ISO 8601 with time zone.
        folder: Holds ``result.json`` and what `medapp.api.wire_findings.read_findings` reads.
        read: Whether a person has opened it.
    """

    id: str
    patient: str
    series_key: str
    task: str
    title: str
    version: str
    created: str
    folder: Path
    read: bool = False


@dataclass(frozen=True)
class Decision:
    """What a person decided on one finding.

    Attributes:
        instead: What holds in its place, for a correction; empty otherwise.
        reason: In their words.
        decided: Seconds since 1970.
        by: Name of who decided; empty where they did not give it.
        until: Seconds since 1970 at which another decision replaced it, or it was taken back; None while it
            holds.
    """

    result: str
    finding: str
    verdict: Verdict
    instead: str = ""
    reason: str = ""
    decided: float = 0.0
    by: str = ""
    until: float | None = None


class FindingStore:
    """Thread-safe; a part of the `Library`, in the same database."""

    def __init__(self, engine: Engine, writing: threading.RLock) -> None:
        """See `Library.findings`."""
        self._engine, self._writing = engine, writing

    def add(self, entry: FindingEntry) -> None:
        """Keep an answer; the same id is replaced."""
        from sqlalchemy import delete, insert

        from medapp.library.codec import path_out
        from medapp.library.findings_schema import finding_results

        row = {name: getattr(entry, name) for name in _FIELDS} | {"folder": path_out(entry.folder)}
        with self._writing, self._engine.begin() as connection:
            connection.execute(delete(finding_results).where(finding_results.c.id == entry.id))
            connection.execute(insert(finding_results).values(row))

    def of(self, patients: Iterable[str]) -> tuple[FindingEntry, ...]:
        """Answers about a patient, under any of their keys, the latest first."""
        from sqlalchemy import select

        from medapp.library.findings_schema import finding_results as table

        statement = (
            select(table)
            .where(table.c.patient.in_(list(patients)))
            .order_by(table.c.created.desc(), table.c.id)
        )
        with self._engine.connect() as connection:
            return tuple(_entry(row) for row in connection.execute(statement))

    def decided(self, task: str = "") -> tuple[FindingEntry, ...]:
        """Answers about anybody of which a person has decided something, of one task or of all, by time."""
        from sqlalchemy import select

        from medapp.library.findings_schema import finding_decisions, finding_results

        table = finding_results
        with_decision = select(finding_decisions.c.result)
        statement = select(table).where(table.c.id.in_(with_decision)).order_by(table.c.created, table.c.id)
        if task:
            statement = statement.where(table.c.task == task)
        with self._engine.connect() as connection:
            return tuple(_entry(row) for row in connection.execute(statement))

    def mark(self, result: str, *, read: bool) -> None:
        """Say whether a person has opened an answer."""
        from sqlalchemy import update

        from medapp.library.findings_schema import finding_results

        with self._writing, self._engine.begin() as connection:
            statement = update(finding_results).where(finding_results.c.id == result).values(read=read)
            connection.execute(statement)

    def viewed(self, results: Iterable[str]) -> frozenset[tuple[str, str]]:
        """Answer and key of every finding that somebody has opened."""
        from sqlalchemy import select

        from medapp.library.findings_schema import finding_views as table

        with self._engine.connect() as connection:
            rows = connection.execute(select(table).where(table.c.result.in_(list(results)))).all()
        return frozenset((row.result, row.finding) for row in rows)

    def view(self, result: str, *findings: str) -> None:
        """Keep that somebody has opened findings of an answer; of one that is not there it keeps nothing."""
        from sqlalchemy import select
        from sqlalchemy.dialects.sqlite import insert

        from medapp.library.findings_schema import finding_results
        from medapp.library.findings_schema import finding_views as table

        if not findings:
            return
        with self._writing, self._engine.begin() as connection:
            known = select(finding_results.c.id).where(finding_results.c.id == result)
            if connection.scalar(known) is None:
                return
            rows = [{"result": result, "finding": one} for one in findings]
            connection.execute(insert(table).on_conflict_do_nothing(), rows)

    # ---- decisions ------------------------------------------------------------------------------------
    def decide(self, decision: Decision) -> None:
        """Keep a decision; the one before it is replaced, and stays in `earlier`.

        Raises:
            KeyError: Where there is no such answer.
        """
        self.decide_all((decision,))

    def decide_all(self, decisions: Iterable[Decision]) -> None:
        """Keep several decisions, all or none of them.

        Raises:
            KeyError: Where there is no such answer.
        """
        from sqlalchemy import select

        from medapp.library.findings_history import ended, kept
        from medapp.library.findings_schema import finding_results

        decisions = tuple(decisions)
        with self._writing, self._engine.begin() as connection:
            wanted = {one.result for one in decisions}
            known = set(
                connection.scalars(select(finding_results.c.id).where(finding_results.c.id.in_(wanted)))
            )
            for result in wanted - known:
                raise KeyError(result)
            for one in decisions:
                ended(connection, one.result, one.finding)
            kept(connection, decisions)

    def take_back(self, result: str, *findings: str) -> None:
        """Decisions on some findings of an answer hold no more; they stay in `earlier`."""
        from medapp.library.findings_history import ended

        with self._writing, self._engine.begin() as connection:
            for finding in findings:
                ended(connection, result, finding)

    def decisions(self, results: Iterable[str]) -> tuple[Decision, ...]:
        """Decisions that hold, on findings of some answers."""
        from medapp.library.findings_history import holding

        with self._engine.connect() as connection:
            return holding(connection, list(results))

    def earlier(self, results: Iterable[str]) -> tuple[Decision, ...]:
        """Decisions that hold no more, on findings of some answers, the earliest first."""
        from medapp.library.findings_history import over

        with self._engine.connect() as connection:
            return over(connection, list(results))

    def forget(self, result: str) -> None:
        """Take an answer out of the library with its decisions; its files stay."""
        from sqlalchemy import delete

        from medapp.library.findings_schema import finding_results

        with self._writing, self._engine.begin() as connection:
            connection.execute(delete(finding_results).where(finding_results.c.id == result))


_FIELDS = tuple(FindingEntry.__dataclass_fields__)


def _entry(row: Row[Any]) -> FindingEntry:
    from medapp.library.codec import path_in

    return FindingEntry(**{name: getattr(row, name) for name in _FIELDS} | {"folder": path_in(row.folder)})
