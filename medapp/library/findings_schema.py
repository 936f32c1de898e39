"""Tables of findings and of what a person decided on them, in the library's database."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, String, Table, Text

from medapp.library.schema import metadata

# They outlive images and record in the index: reading files again must not lose what a person decided.
finding_results: Final = Table(
    "finding_results",
    metadata,
    Column("id", String, primary_key=True),
    Column("patient", String, nullable=False, index=True),
    Column("series_key", String, nullable=False),
    Column("task", String, nullable=False),
    Column("title", String, nullable=False),
    Column("version", String, nullable=False),
    Column("created", String, nullable=False),
    Column("folder", String, nullable=False),
    Column("read", Boolean, nullable=False),
)

finding_decisions: Final = Table(
    "finding_decisions",
    metadata,
    Column("result", ForeignKey("finding_results.id", ondelete="CASCADE"), primary_key=True),
    Column("finding", String, primary_key=True),
    Column("verdict", String, nullable=False),
    Column("instead", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided", Float, nullable=False),
)

# Every decision that was ever made: what another has replaced is not lost. `until` is empty while it holds.
finding_history: Final = Table(
    "finding_history",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("result", ForeignKey("finding_results.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("finding", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("instead", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("decided", Float, nullable=False),
    Column("until", Float, nullable=True),
)

# Findings that somebody has opened, one by one.
finding_views: Final = Table(
    "finding_views",
    metadata,
    Column("result", ForeignKey("finding_results.id", ondelete="CASCADE"), primary_key=True),
    Column("finding", String, primary_key=True),
)
