"""Mappings of tables that a person has confirmed, kept to be offered again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from medapp.library.record import schema

if TYPE_CHECKING:
    from sqlalchemy import Connection


def keep(connection: Connection, header: str, text: str | None) -> None:
    """See `RecordStore.keep_mapping`."""
    table = schema.mappings
    connection.execute(delete(table).where(table.c.header == header))
    if text is not None:
        connection.execute(insert(table).values(header=header, text=text, said=time.time()))


def of(connection: Connection, header: str) -> str:
    """See `RecordStore.mapping`."""
    return connection.scalar(select(schema.mappings.c.text).where(schema.mappings.c.header == header)) or ""
