"""Records in the library: stored entry by entry, joined by person, never merged without a word."""

from __future__ import annotations

from medapp.library.record.store import PersonEntry, RecordReport, RecordStore

__all__ = ["PersonEntry", "RecordReport", "RecordStore"]
