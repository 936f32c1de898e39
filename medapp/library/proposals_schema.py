"""The table of what models proposed as treatment, in the library's database."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, String, Table

from medapp.library.schema import metadata

treatment_proposals: Final = Table(
    "treatment_proposals",
    metadata,
    Column("id", String, primary_key=True),
    Column("patient", String, nullable=False, index=True),
    Column("task", String, nullable=False),
    Column("title", String, nullable=False),
    Column("version", String, nullable=False),
    Column("created", String, nullable=False),
    Column("folder", String, nullable=False),
)
