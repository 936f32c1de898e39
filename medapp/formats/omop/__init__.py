"""OMOP CDM 5.x (OHDSI) as a folder of delimited tables."""

from __future__ import annotations

from medapp.formats.omop.layout import looks_like
from medapp.formats.omop.reading import read

__all__ = ["looks_like", "read"]
