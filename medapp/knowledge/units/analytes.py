"""Molar masses and charges of what laboratories measure, by LOINC code.

Molar masses are sums of the IUPAC standard atomic weights (2021, abridged) over the formula that stands
beside each; LOINC codes are those of loinc.org. Where laboratories report the amount of an element or of
another substance than is weighed (nitrogen of urea, phosphorus of phosphate), the mass is that of what is
weighed for one mole of what is counted.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Analyte:
    """What is measured.

    Attributes:
        name: In plain words.
        molar_mass: In g/mol.
        charge: Of the ion in plasma; None where equivalents are not in use.
        formula: What the mass is of.
    """

    name: str
    molar_mass: float
    charge: int | None = None
    formula: str = ""


_TABLE: tuple[tuple[Analyte, str], ...] = (
    (
        Analyte("glucose", 180.156, formula="C6H12O6"),
        "2345-7 2339-0 2340-8 2341-6 1558-6 41653-7 32016-8 2342-4 2350-7 14749-6 15074-8 14743-9 14745-4",
    ),
    (
        Analyte("creatinine", 113.12, formula="C4H7N3O"),
        "2160-0 38483-4 2161-8 14682-9 59826-8 14683-7",
    ),
    (
        Analyte("cholesterol", 386.66, formula="C27H46O"),
        "2093-3 2085-9 2089-1 13457-7 18262-6 43396-1 14647-2 14646-4 22748-8 39469-2",
    ),
    (Analyte("triglycerides, as triolein", 885.45, formula="C57H104O6"), "2571-8 3043-7 14927-8"),
    (Analyte("urea nitrogen", 28.014, formula="N2"), "3094-0 6299-2 14937-7"),
    (Analyte("urea", 60.056, formula="CH4N2O"), "3091-6 22664-7"),
    (
        Analyte("bilirubin", 584.67, formula="C33H36N4O6"),
        "1975-2 1968-7 1971-1 42719-5 14631-6 14629-0 14630-8",
    ),
    (Analyte("calcium", 40.078, 2, "Ca"), "17861-6 49765-1 17864-0 2000-8 1994-3 1995-0"),
    (Analyte("uric acid", 168.11, formula="C5H4N4O3"), "3084-1 14933-6"),
    (Analyte("phosphate, as phosphorus", 30.974, formula="P"), "2777-1 14879-1"),
    (Analyte("magnesium", 24.305, 2, "Mg"), "19123-9 2601-3"),
    (Analyte("sodium", 22.99, 1, "Na"), "2951-2 2947-0 2955-3"),
    (Analyte("potassium", 39.098, 1, "K"), "2823-3 6298-4 2828-2"),
    (Analyte("chloride", 35.45, 1, "Cl"), "2075-0 2069-3 2078-4"),
    (Analyte("bicarbonate", 61.016, 1, "HCO3"), "1963-8 1959-6 1960-4"),
    (Analyte("carbon dioxide, as bicarbonate", 61.016, 1, "HCO3"), "2028-9 20565-8"),
    (Analyte("iron", 55.845, formula="Fe"), "2498-4 14798-3"),
    (Analyte("cortisol", 362.47, formula="C21H30O5"), "2143-6 14675-3"),
    (Analyte("testosterone", 288.43, formula="C19H28O2"), "2986-8 14913-8"),
    (Analyte("estradiol", 272.39, formula="C18H24O2"), "2243-4 14715-7"),
    (Analyte("progesterone", 314.47, formula="C21H30O2"), "2839-9 14890-8"),
    (Analyte("thyroxine", 776.87, formula="C15H11I4NO4"), "3026-2 3024-7 14921-1 14920-3"),
    (Analyte("triiodothyronine", 650.98, formula="C15H12I3NO4"), "3053-6 3051-0 14930-2 14928-6"),
    (Analyte("folate", 441.40, formula="C19H19N7O6"), "2284-8 14732-2"),
    (Analyte("cobalamin", 1355.4, formula="C63H88CoN14O14P"), "2132-9 14685-2"),
    (Analyte("25-hydroxyvitamin D3", 400.65, formula="C27H44O2"), "1989-3 14635-7"),
    (Analyte("lithium", 6.94, 1, "Li"), "3719-2 14334-7"),
    (Analyte("digoxin", 780.95, formula="C41H64O14"), "10535-3 14698-5"),
    (Analyte("lead", 207.2, formula="Pb"), "5671-3 14807-2"),
)

_BY_LOINC = {code: analyte for analyte, codes in _TABLE for code in codes.split()}


def analyte(loinc: str) -> Analyte | None:
    """What a LOINC code measures; None where the table does not have it."""
    return _BY_LOINC.get(loinc.strip())
