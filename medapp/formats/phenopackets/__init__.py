"""GA4GH Phenopacket Schema 2.0 (ISO 4454) as JSON or one JSON object a line."""

from __future__ import annotations

from medapp.formats.phenopackets.reading import looks_like, read

__all__ = ["looks_like", "read"]
