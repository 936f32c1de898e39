"""Tables of the library's database."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

VERSION: Final = 4
"""Written into the database's ``user_version``."""

metadata = MetaData()

patients = Table(
    "patients",
    metadata,
    Column("key", String, primary_key=True),
    Column("id", String, nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("birth_date", String, nullable=False),
    Column("sex", String, nullable=False),
    Column("issuer", String, nullable=False),
    Column("search", String, nullable=False),
)

studies = Table(
    "studies",
    metadata,
    Column("key", String, primary_key=True),
    Column("patient_key", ForeignKey("patients.key", ondelete="CASCADE"), nullable=False, index=True),
    Column("uid", String, nullable=False, index=True),
    Column("date", String, nullable=False),
    Column("time", String, nullable=False),
    Column("description", String, nullable=False),
    Column("accession", String, nullable=False),
    Column("institution", String, nullable=False),
    Column("search", String, nullable=False),
)

series = Table(
    "series",
    metadata,
    Column("key", String, primary_key=True),
    Column("study_key", ForeignKey("studies.key", ondelete="CASCADE"), nullable=False, index=True),
    Column("uid", String, nullable=False, index=True),
    Column("folder", String, nullable=False),
    Column("modality", String, nullable=False),
    Column("number", Integer),
    Column("description", String, nullable=False),
    Column("split", String, nullable=False),
    Column("search", String, nullable=False),
    Column("payload", Text, nullable=False),
)

instances = Table(
    "instances",
    metadata,
    Column("series_key", ForeignKey("series.key", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("path", String, nullable=False),
    Column("sop_instance_uid", String, nullable=False, index=True),
    Column("sop_class_uid", String, nullable=False),
    Column("transfer_syntax_uid", String, nullable=False),
    Column("number", Integer),
    Column("frame", Integer),
)

thumbnails = Table(
    "thumbnails",
    metadata,
    Column("series_key", ForeignKey("series.key", ondelete="CASCADE"), primary_key=True),
    Column("png", LargeBinary, nullable=False),
)

rejected = Table(
    "rejected",
    metadata,
    Column("path", String, primary_key=True),
    Column("code", String, nullable=False),
    Column("reason", String, nullable=False),
)

recent = Table(
    "recent",
    metadata,
    Column("path", String, primary_key=True),
    Column("opened", Float, nullable=False),
)

choices = Table(
    "choices",
    metadata,
    Column("series_uid", String, primary_key=True),
    Column("split", Integer, nullable=False),
)

# A result outlives its series in the index: reading files again must not lose what a person accepted.
results = Table(
    "results",
    metadata,
    Column("id", String, primary_key=True),
    Column("task", String, nullable=False),
    Column("title", String, nullable=False),
    Column("version", String, nullable=False),
    Column("series_key", String, nullable=False, index=True),
    Column("created", String, nullable=False),
    Column("status", String, nullable=False),
    Column("folder", String, nullable=False),
)

Index("series_of_study", series.c.study_key, series.c.number)
