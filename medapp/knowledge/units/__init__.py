"""Units of measurement: what a laboratory writes, its UCUM code, and numbers brought into another unit."""

from __future__ import annotations

from medapp.knowledge.units.analytes import Analyte, analyte
from medapp.knowledge.units.convert import convert, same_dimension
from medapp.knowledge.units.flags import Flag, flag
from medapp.knowledge.units.spellings import ucum
from medapp.knowledge.units.ucum import KnownUnit, parse

__all__ = ["Analyte", "Flag", "KnownUnit", "analyte", "convert", "flag", "parse", "same_dimension", "ucum"]
