from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import pytest

from medapp.domain.record.clinical import ReferenceRange
from medapp.domain.record.coding import Quantity
from medapp.knowledge.units import analyte, convert, flag, parse, same_dimension, ucum

if TYPE_CHECKING:
    from pathlib import Path

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("mg/dl", "mg/dL"), ("MG/DL", "mg/dL"), ("mmol/L", "mmol/L"), ("µmol/l", "umol/L"),
        ("10*3/uL", "10*3/uL"), ("K/uL", "10*3/uL"), ("x10E3/uL", "10*3/uL"), ("10^9/L", "10*9/L"),
        ("THOU/UL", "10*3/uL"), ("M/mcL", "10*6/uL"), ("U/L", "U/L"), ("IU/L", "[IU]/L"),
        ("mEq/L", "meq/L"), ("%", "%"), ("mmHg", "mm[Hg]"), ("uIU/mL", "u[IU]/mL"), ("sec", "s"),
        ("ML/MIN/1.73 M2", "mL/min/{1.73_m2}"), ("gm/dL", "g/dL"), ("10(3)mcL", "10*3/uL"),
        ("kPa", "kPa"), ("S", "S"), ("°C", "Cel"), ("mg/g{Cr}", "mg/g{Cr}"), ("mcg/hr", "ug/h"),
    ],
)  # fmt: skip
def test_spellings_of_laboratories_are_brought_to_codes(written, code):
    assert ucum(written) == code
    assert parse(code) is not None


@pytest.mark.parametrize(
    "written", ["", "G/L", "MU/L", "TAB", "units", "MM/L", "wibble", "x" * 500, "10*999999999", "((((m"]
)
def test_what_is_not_known_or_stands_for_two_stays_unknown(written):
    assert ucum(written) == ""


@pytest.mark.parametrize("code", ["MG/DL", "m0", "10*99999", "{a", "K/", "x" * 101, "m" + "-" * 50])
def test_no_unit_is_made_of_what_is_no_code(code):
    assert parse(code) is None


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (37, "Cel", "[degF]", 98.6), (98.6, "F", "Cel", 37), (10, "mg/dL", "g/L", 0.1), (1, "g%", "g/dL", 1),
        (4, "K/uL", "10*9/L", 4), (1, "U/L", "nkat/L", 16.6666666667), (120, "mmHg", "kPa", 15.9987),
        (5, "IU/L", "[IU]/mL", 0.005), (3, "10.L/min", "L/min", 30), (7.4, "[pH]", "[pH]", 7.4),
        (5, "{cells}/uL", "10*6/L", 5), (1, "d", "h", 24),
    ],
)  # fmt: skip
def test_a_number_is_brought_to_another_unit_of_the_same_dimension(value, unit, to, expected):
    found = convert(Quantity(value, unit, comparator="<"), to)
    assert found is not None
    assert found.value == pytest.approx(expected, rel=1e-5)
    assert (found.unit, found.code, found.comparator) == (to, to, "<")


@pytest.mark.parametrize(
    ("unit", "to"),
    [
        ("[IU]/L", "U/L"), ("[IU]/L", "[arb'U]/L"), ("mmol/mol", "%"), ("{score}", "%"), ("meq/L", "mmol/L"),
        ("mosm/kg", "mmol/kg"), ("mg/dL", "mmol/L"), ("mL/min/{1.73_m2}", "mL/min"), ("Sv", "Gy"),
        ("[pH]", "%"), ("", "mg/dL"), ("mg/dL", ""), ("TAB", "mg"), ("mg/g", "mg/mmol"), ("/min", "Hz"),
        ("mg/{24.h}", "mg"),
    ],
)  # fmt: skip
def test_nothing_is_converted_between_kinds(unit, to):
    assert convert(Quantity(5, unit), to) is None
    assert not same_dimension(unit, to)


def test_same_dimension_holds_within_a_kind():
    assert same_dimension("mg/dL", "g/L")
    assert same_dimension("[IU]/L", "m[IU]/mL")
    assert not same_dimension("mg/dL", "kg")


@pytest.mark.parametrize(
    ("loinc", "value", "unit", "to", "expected"),
    [
        ("2345-7", 90, "mg/dL", "mmol/L", 4.9957), ("2160-0", 1, "mg/dL", "umol/L", 88.40),
        ("2093-3", 200, "mg/dL", "mmol/L", 5.172), ("2571-8", 150, "mg/dL", "mmol/L", 1.694),
        ("3094-0", 14, "mg/dL", "mmol/L", 4.998), ("1975-2", 1, "mg/dL", "umol/L", 17.10),
        ("17861-6", 10, "mg/dL", "mmol/L", 2.495), ("3084-1", 6, "mg/dL", "umol/L", 356.9),
        ("17861-6", 5, "mEq/L", "mg/dL", 10.02), ("2951-2", 140, "meq/L", "mmol/L", 140),
        ("14682-9", 88.4, "umol/L", "mg/dL", 1.0),
    ],
)  # fmt: skip
def test_mass_and_amount_of_substance_by_what_is_measured(loinc, value, unit, to, expected):
    measured = analyte(loinc)
    assert measured is not None
    found = convert(Quantity(value, unit), to, molar_mass=measured.molar_mass, charge=measured.charge)
    assert found is not None
    assert found.value == pytest.approx(expected, rel=1e-3)


def test_a_code_that_is_not_in_the_table_has_no_molar_mass():
    assert analyte("4548-4") is None


def usual(low=None, high=None, unit="mg/dL"):
    return ReferenceRange(
        Quantity(low, unit) if low is not None else None, Quantity(high, unit) if high is not None else None
    )


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (Quantity(60, "mg/dL"), 70, 99, "L"), (Quantity(70, "mg/dL"), 70, 99, "N"),
        (Quantity(120, "mg/dL"), 70, 99, "H"), (Quantity(1.2, "g/L"), 70, 99, "H"),
        (Quantity(0.8, "g/L"), 70, 99, "N"), (Quantity(5, "TAB"), 70, 99, None),
        (Quantity(5), 70, 99, None), (Quantity(5, "mg/dL", comparator="<"), 70, None, "L"),
        (Quantity(90, "mg/dL", comparator="<"), 70, None, None),
        (Quantity(70, "mg/dL", comparator="<"), 70, None, "L"),
        (Quantity(99, "mg/dL", comparator=">"), None, 99, "H"),
        (Quantity(99, "mg/dL", comparator=">="), None, 99, None),
        (Quantity(5, "mg/dL"), None, None, None), (Quantity(5, "mg/dL"), 9, 3, None),
        (Quantity(float("nan"), "mg/dL"), 1, 2, None),
    ],
)  # fmt: skip
def test_a_flag_says_on_which_side_a_value_lies(value, low, high, expected):
    assert flag(value, usual(low, high)) == expected


def test_a_flag_needs_the_molar_mass_between_mass_and_moles():
    value = Quantity(7.0, "mmol/L")
    assert flag(value, usual(70, 99)) is None
    assert flag(value, usual(70, 99), molar_mass=180.156) == "H"


def _example_codes(book: Path) -> list[str]:
    from defusedxml.ElementTree import fromstring

    with zipfile.ZipFile(book) as file:
        strings = [
            "".join(text.text or "" for text in item.iter(f"{SHEET}t"))
            for item in fromstring(file.read("xl/sharedStrings.xml")).findall(f"{SHEET}si")
        ]
        sheet = fromstring(file.read("xl/worksheets/sheet1.xml"))
    codes = []
    for cell in sheet.iter(f"{SHEET}c"):
        value = cell.find(f"{SHEET}v")
        if re.fullmatch(r"B\d+", cell.get("r")) and value is not None:
            codes.append(strings[int(value.text)] if cell.get("t") == "s" else value.text)
    return codes[1:]


def test_the_published_example_codes_are_known(shared_data):
    book = shared_data / "ehr" / "terminology" / "TableOfExampleUcumCodesForElectronicMessaging.xlsx"
    codes = _example_codes(book)
    assert len(codes) > 800
    # Torr stands among the examples, but is no unit of UCUM 2.2.
    assert [code for code in codes if parse(code) is None] == ["Torr"]


# Gaussian units have dimensions of their own in pint, a field of vision is only compared with itself, and
# UCUM's mole is a number: none of these gives a wrong number.
OTHERWISE = {"mol", "Mx", "G", "Oe", "Gb", "[LPF]"}


def test_no_unit_is_another_than_ucum_defines(shared_data):
    from defusedxml.ElementTree import parse as read_xml

    root = read_xml(shared_data / "ehr" / "terminology" / "ucum-essence.xml").getroot()
    space = "{http://unitsofmeasure.org/ucum-essence}"
    checked = 0
    for unit in root.iter(f"{space}unit"):
        code, value = unit.get("Code"), unit.find(f"{space}value")
        known, defining = parse(code), parse(value.get("Unit"))
        if (
            code in OTHERWISE
            or known is None
            or defining is None
            or None in {known.measure, defining.measure}
        ):
            continue
        if value.find(f"{space}function") is None:
            stated = (float(value.get("value")) * defining.measure).to_base_units()
            found = known.measure.to_base_units()
            assert found.dimensionality == stated.dimensionality, code
            assert found.magnitude == pytest.approx(stated.magnitude, rel=1e-4), code
            checked += 1
    assert checked > 250


def test_units_that_the_library_takes_for_others_are_those_of_ucum():
    assert convert(Quantity(1, "[Cal]", "[Cal]"), "cal_th").value == pytest.approx(1000)
    assert convert(Quantity(1, "[in_i'H2O]", "[in_i'H2O]"), "cm[H2O]").value == pytest.approx(2.54)
    assert convert(Quantity(1, "'", "'"), "deg").value == pytest.approx(1 / 60)


def test_the_atoms_of_ucum_are_known(shared_data):
    from defusedxml.ElementTree import parse as read_xml

    root = read_xml(shared_data / "ehr" / "terminology" / "ucum-essence.xml").getroot()
    space = "{http://unitsofmeasure.org/ucum-essence}"
    atoms = [unit.get("Code") for kind in ("base-unit", "unit") for unit in root.iter(f"{space}{kind}")]
    unknown = [code for code in atoms if parse(code) is None]
    assert len(atoms) > 300
    assert len(unknown) <= 0.02 * len(atoms), unknown
