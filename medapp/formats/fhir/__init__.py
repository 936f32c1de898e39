"""FHIR R4 and R4B (HL7 FHIR 4.0.1 and 4.3.0) in JSON."""

from __future__ import annotations

from medapp.formats.fhir.lines import looks_like
from medapp.formats.fhir.reading import read

__all__ = ["looks_like", "read"]
