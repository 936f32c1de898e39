"""Treatment plans in the library. A plan that was signed is not changed any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.api.codec import dump, load
from medapp.domain.plan import Plan

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable

    from sqlalchemy import Engine


class SignedPlanError(ValueError):
    """What was signed would be changed."""


class PlanStore:
    """Thread-safe; a part of the `Library`, in the same database."""

    def __init__(self, engine: Engine, writing: threading.RLock) -> None:
        """See `Library.plans`."""
        self._engine, self._writing = engine, writing

    def put(self, plan: Plan) -> None:
        """Keep a plan; one of the same id that is not signed is replaced.

        Raises:
            SignedPlanError: Where the plan of this id was signed and says something else.
        """
        from sqlalchemy import delete, insert, select

        from medapp.library.plans_schema import treatment_plans as table

        row = {
            "id": plan.id,
            "patient": plan.patient,
            "created": plan.created,
            "title": plan.option.title,
            "signed": plan.signature.signed if plan.signature else "",
            "payload": dump(plan).decode(),
        }
        with self._writing, self._engine.begin() as connection:
            before = connection.execute(
                select(table.c.signed, table.c.payload).where(table.c.id == plan.id)
            ).one_or_none()
            if before is not None and before.signed and before.payload != row["payload"]:
                message = f"the plan was signed on {before.signed} and cannot be changed; make a new one"
                raise SignedPlanError(message)
            connection.execute(delete(table).where(table.c.id == plan.id))
            connection.execute(insert(table).values(row))

    def of(self, patients: Iterable[str]) -> tuple[Plan, ...]:
        """Plans of a patient, under any of their keys, the latest first."""
        from sqlalchemy import select

        from medapp.library.plans_schema import treatment_plans as table

        statement = (
            select(table.c.payload)
            .where(table.c.patient.in_(list(patients)))
            .order_by(table.c.created.desc(), table.c.id)
        )
        with self._engine.connect() as connection:
            return tuple(load(text.encode(), Plan) for text in connection.scalars(statement))

    def get(self, plan: str) -> Plan:
        """One plan.

        Raises:
            KeyError: Where there is no such plan.
        """
        from sqlalchemy import select

        from medapp.library.plans_schema import treatment_plans as table

        with self._engine.connect() as connection:
            text = connection.scalar(select(table.c.payload).where(table.c.id == plan))
        if text is None:
            raise KeyError(plan)
        return load(text.encode(), Plan)

    def all(self) -> tuple[Plan, ...]:
        """Plans of everybody, by time."""
        from sqlalchemy import select

        from medapp.library.plans_schema import treatment_plans as table

        statement = select(table.c.payload).order_by(table.c.created, table.c.id)
        with self._engine.connect() as connection:
            return tuple(load(text.encode(), Plan) for text in connection.scalars(statement))

    def forget(self, plan: str) -> None:
        """Take a plan out of the library; nothing happens where there is none."""
        from sqlalchemy import delete

        from medapp.library.plans_schema import treatment_plans as table

        with self._writing, self._engine.begin() as connection:
            connection.execute(delete(table).where(table.c.id == plan))
