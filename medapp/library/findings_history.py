"""Decisions on findings with what was decided before: nothing that a person has said is written over."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from medapp.library.findings import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Row

_KEPT: Final = ("result", "finding", "verdict", "instead", "reason", "decided")


def kept(connection: Connection, decisions: Iterable[Decision]) -> None:
    """Keep decisions that hold from now on."""
    from sqlalchemy import insert

    from medapp.library.findings_schema import finding_decisions, finding_history

    rows = [{name: getattr(one, name) for name in (*_KEPT, "by")} | {"until": None} for one in decisions]
    if rows:
        connection.execute(insert(finding_decisions), [{name: row[name] for name in _KEPT} for row in rows])
        connection.execute(insert(finding_history), rows)


def ended(connection: Connection, result: str, finding: str) -> None:
    """What was decided on a finding holds no more.

    A decision of a library of before, which kept no history, is written into it now.
    """
    from sqlalchemy import delete, insert, select, update

    from medapp.library.findings_schema import finding_decisions, finding_history

    now, past = finding_decisions, finding_history
    this = (now.c.result == result) & (now.c.finding == finding)
    row = connection.execute(select(now).where(this)).first()
    if row is None:
        return
    until = time.time()
    known = (past.c.result == result) & (past.c.finding == finding) & past.c.until.is_(None)
    if not connection.execute(update(past).where(known).values(until=until)).rowcount:
        values = {name: getattr(row, name) for name in _KEPT} | {"by": "", "until": until}
        connection.execute(insert(past), [values])
    connection.execute(delete(now).where(this))


def holding(connection: Connection, results: Sequence[str]) -> tuple[Decision, ...]:
    """Decisions that hold, with the names of who decided."""
    from sqlalchemy import select

    from medapp.library.findings_schema import finding_decisions, finding_history

    past = finding_history
    rows = connection.execute(select(past).where(past.c.result.in_(results), past.c.until.is_(None)))
    names = {(row.result, row.finding): row.by for row in rows}
    now = finding_decisions
    found = connection.execute(select(now).where(now.c.result.in_(results)))
    return tuple(_decision(row, names.get((row.result, row.finding), ""), None) for row in found)


def over(connection: Connection, results: Sequence[str]) -> tuple[Decision, ...]:
    """Decisions that hold no more, the earliest first."""
    from sqlalchemy import select

    from medapp.library.findings_schema import finding_history as table

    wanted = select(table).where(table.c.result.in_(results), table.c.until.is_not(None))
    rows = connection.execute(wanted.order_by(table.c.decided, table.c.number))
    return tuple(_decision(row, row.by, row.until) for row in rows)


def _decision(row: Row[Any], by: str, until: float | None) -> Decision:
    return Decision(
        row.result, row.finding, row.verdict, row.instead, row.reason, row.decided, by=by, until=until
    )
