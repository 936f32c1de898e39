"""Tables whose columns are published: Synthea's CSV export, MIMIC-III and IV, the eICU database."""

from __future__ import annotations

from dataclasses import replace

from medapp.formats.tables.layout import SEXES, SYSTEM_WORDS, SYSTEMS, Layout
from medapp.formats.tables.published_eicu import EICU
from medapp.formats.tables.published_mimic import MIMIC, PROCEDURE_VERSIONS, STAY
from medapp.formats.tables.published_synthea import SYNTHEA

__all__ = ["LAYOUTS", "SEXES", "SYSTEMS", "SYSTEM_WORDS", "Layout", "known", "labelled"]

LAYOUTS = (*SYNTHEA, *MIMIC, *EICU)


def known(headers: list[str], name: str) -> Layout | None:
    """The published table that columns are of; None where they are of none, or of two that look alike.

    Args:
        headers: As written.
        name: Of the file: decides only between published tables with the same columns (diagnoses and
            procedures of MIMIC, problems and allergies of older Synthea), and a person confirms it.
    """
    columns = {header.strip().casefold() for header in headers}
    found = next((layout for layout in LAYOUTS if layout.fits(columns)), None)
    words = name.casefold()
    if found is None:
        return None
    if found.name == "mimic.diagnoses_icd" and "icd9_code" in columns and "procedure" in words:
        roles = STAY + "icd9_code:code@icd9pcs"
        return Layout("mimic.procedures_icd", "procedure", found.needs, roles, undotted=True)
    if found.name == "mimic.d_icd_diagnoses" and "procedure" in words:
        versions = (("icd_version", PROCEDURE_VERSIONS),) if found.words else ()
        return replace(found, name="mimic.d_icd_procedures", labels="procedure", words=versions)
    if found.name == "synthea.conditions" and "allerg" in words:
        return Layout("synthea.allergies", "allergy", found.needs, found.roles, words=found.words)
    return found


def labelled(layout: str) -> str:
    """Contents whose codes a published list says the meaning of; empty for all, or where it is not known."""
    if layout == "mimic.d_icd_procedures":
        return "procedure"
    return next((one.labels for one in LAYOUTS if one.name == layout), "")
