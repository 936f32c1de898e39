"""HL7 version 2 messages in ER7 encoding."""

from __future__ import annotations

from medapp.formats.hl7v2.reading import looks_like, read

__all__ = ["looks_like", "read"]
