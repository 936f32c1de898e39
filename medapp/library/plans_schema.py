"""The table of treatment plans, in the library's database."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, String, Table, Text

from medapp.library.schema import metadata

# They outlive the record in the index, as findings do: what a person has signed is not lost by reading anew.
treatment_plans: Final = Table(
    "treatment_plans",
    metadata,
    Column("id", String, primary_key=True),
    Column("patient", String, nullable=False, index=True),
    Column("created", String, nullable=False),
    Column("title", String, nullable=False),
    Column("signed", String, nullable=False),
    Column("payload", Text, nullable=False),
)
