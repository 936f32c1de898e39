"""Tables with one row a patient or one row a measurement, read by a mapping that a person has confirmed."""

from __future__ import annotations

from medapp.formats.tables.labels import Labels
from medapp.formats.tables.mapping import Column, Mapping
from medapp.formats.tables.proposing import propose
from medapp.formats.tables.reading import looks_like, read

__all__ = ["Column", "Labels", "Mapping", "looks_like", "propose", "read"]
