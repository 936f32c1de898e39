"""Rows of a file of molecules, as the program reads them too: a row has one number here and in the window."""

from __future__ import annotations

from medapp.api.molecule_file import LONGEST_LINE, LONGEST_MOLFILE, Given, Kind, Place, read

__all__ = ["LONGEST_LINE", "LONGEST_MOLFILE", "Given", "Kind", "Place", "read"]
