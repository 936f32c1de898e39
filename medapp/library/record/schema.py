"""Tables of records, in the library's database."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table

from medapp.library.schema import metadata

sources: Final = Table(
    "record_sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", String, nullable=False, unique=True),
    Column("format", String, nullable=False),
    Column("imported", Float, nullable=False),
)

# One row for everybody whom a source names. Who is the same person is said by `person`, so that it can be
# said, and taken back, without touching an entry.
subjects: Final = Table(
    "record_subjects",
    metadata,
    Column("key", String, primary_key=True),
    Column("person", String, nullable=False, index=True),
    Column("subject", String, nullable=False),
    Column("format", String, nullable=False),
    Column("path", String, nullable=False),
    Column("name", String, nullable=False),
    Column("birth_date", String, nullable=False),
    Column("sex", String, nullable=False),
    Column("died", String, nullable=False),
    Column("search", String, nullable=False),
    Column("payload", LargeBinary),
)

subjects_of_source: Final = Index("record_subject_source", subjects.c.path)
"""Came later than its table: `medapp.library.database` makes it where a library lacks it."""

identifiers: Final = Table(
    "record_identifiers",
    metadata,
    Column("subject", ForeignKey("record_subjects.key", ondelete="CASCADE"), primary_key=True),
    Column("issuer", String, primary_key=True),
    Column("value", String, primary_key=True, index=True),
    Column("kind", String, nullable=False),
)

entries: Final = Table(
    "record_entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", ForeignKey("record_subjects.key", ondelete="CASCADE"), nullable=False),
    Column("source", ForeignKey("record_sources.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("entry", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("category", String, nullable=False),
    Column("status", String, nullable=False),
    Column("codes", String, nullable=False),
    Column("display", String, nullable=False),
    Column("search", String, nullable=False),
    Column("start", Float),
    Column("stop", Float),
    Column("value", Float),
    Column("unit", String, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
Index("record_entry_again", entries.c.subject, entries.c.kind, entries.c.entry, unique=True)
Index("record_entry_in_time", entries.c.subject, entries.c.start)

refusals: Final = Table(
    "record_refusals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", ForeignKey("record_sources.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("place", String, nullable=False),
    Column("code", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("whole", Boolean, nullable=False),
)

# What a person has said about who is who; a pair is written in the order of its keys.
matches: Final = Table(
    "record_matches",
    metadata,
    Column("subject", ForeignKey("record_subjects.key", ondelete="CASCADE"), primary_key=True),
    Column("patient", String, primary_key=True),
    Column("answer", String, nullable=False),
    Column("said", Float, nullable=False),
)

# Genomes stay in their files; what was called from them is kept.
genomes: Final = Table(
    "record_genomes",
    metadata,
    Column("subject", ForeignKey("record_subjects.key", ondelete="CASCADE"), primary_key=True),
    Column("path", String, primary_key=True),
    Column("sample", String, primary_key=True),
    Column("assembly", String, nullable=False),
    Column("calls", LargeBinary, nullable=False),
    Column("called", Float, nullable=False),
)

# Lines of those files at the places that were looked at.
genome_lines: Final = Table(
    "record_genome_lines",
    metadata,
    Column("subject", ForeignKey("record_subjects.key", ondelete="CASCADE"), primary_key=True),
    Column("path", String, primary_key=True),
    Column("sample", String, primary_key=True),
    Column("payload", LargeBinary, nullable=False),
)

queries: Final = Table(
    "record_queries",
    metadata,
    Column("name", String, primary_key=True),
    Column("text", String, nullable=False),
    Column("changed", Float, nullable=False),
)

# What a person has said about two records that share a number and contradict each other.
pairs: Final = Table(
    "record_pairs",
    metadata,
    Column("one", ForeignKey("record_subjects.key", ondelete="CASCADE"), primary_key=True),
    Column("other", ForeignKey("record_subjects.key", ondelete="CASCADE"), primary_key=True),
    Column("answer", String, nullable=False),
    Column("said", Float, nullable=False),
)

# Mappings of tables that a person has confirmed, by what the columns are called.
mappings: Final = Table(
    "record_mappings",
    metadata,
    Column("header", String, primary_key=True),
    Column("text", String, nullable=False),
    Column("said", Float, nullable=False),
)

# Files that a person has to say something of first, and what they have said.
questions: Final = Table(
    "record_questions",
    metadata,
    Column("identity", String, primary_key=True),
    Column("path", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("shown", String, nullable=False),
    Column("state", String, nullable=False),
    Column("person", String, nullable=False),
    Column("sample", String, nullable=False),
    Column("changed", Float, nullable=False),
)
