"""Consolidated CDA documents (HL7 C-CDA R2.1)."""

from __future__ import annotations

from medapp.formats.ccda.reading import looks_like, read

__all__ = ["looks_like", "read"]
