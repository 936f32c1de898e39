"""Which substance, and in what, a value is of."""

from __future__ import annotations

import pytest

from medapp.knowledge.units.laboratory import fits, read_title, substance


@pytest.mark.parametrize(
    ("asked", "title", "code", "expected"),
    [
        ("hemoglobin", "Hemoglobin [Mass/volume] in Blood", "718-7", True),
        ("haemoglobin", "Hemoglobin", "", True),
        ("hemoglobin", "Haemoglobin (Bld)", "", True),
        ("hemoglobin", "Hemoglobin:MCnc:Pt:Bld:Qn", "", True),
        ("hgb", "Hemoglobin level", "", True),
        ("hemoglobin", "Hemoglobin.gastrointestinal [Mass/volume] in Stool by Immunologic method", "", False),
        ("stool hemoglobin", "Hemoglobin.gastrointestinal [Mass/volume] in Stool", "", True),
        ("hemoglobin", "Hemoglobin A1c/Hemoglobin.total in Blood", "4548-4", False),
        ("hemoglobin", "Hemoglobin", "4548-4", False),
        ("hba1c", "Hemoglobin A1c/Hemoglobin.total in Blood", "", True),
        ("hemoglobin", "Hemoglobin F/Hemoglobin.total in Blood", "", False),
        ("creatinine", "Microalbumin Creatinine Ratio", "14959-1", False),
        ("creatinine", "Creatinine", "2161-8", False),
        ("creatinine", "Creatinine, urine", "", False),
        ("creatinine", "Creatinine renal clearance", "", False),
        ("creatinine in urine", "Creatinine [Mass/volume] in Urine", "2161-8", True),
        ("urine creatinine", "Creatinine [Mass/volume] in Serum or Plasma", "2160-0", False),
        ("serum creatinine", "Creatinine [Mass/volume] in Blood", "38483-4", True),
        ("total bilirubin", "Bilirubin.total [Mass/volume] in Serum or Plasma", "", True),
        ("bilirubin", "Bilirubin.direct [Mass/volume] in Serum or Plasma", "", False),
        ("cholesterol", "Low Density Lipoprotein Cholesterol", "18262-6", False),
        ("cholesterol", "Cholesterol in HDL [Mass/volume] in Serum or Plasma", "", False),
        ("HDL cholesterol", "Cholesterol in HDL [Mass/volume] in Serum or Plasma", "", True),
        ("glucose", "Glucose [Mass/volume] in Urine by Test strip", "", False),
        ("potassium", "Potassium [Moles/volume] in Serum, Plasma or Blood", "", True),
        ("calprotectin", "Calprotectin [Mass/mass] in Stool", "", False),
        ("stool calprotectin", "Calprotectin [Mass/mass] in Stool", "", True),
        ("albumin creatinine ratio", "Albumin/Creatinine [Mass Ratio] in Urine", "", True),
        ("systolic", "Systolic Blood Pressure", "8480-6", True),
        ("body mass index", "Body mass index (BMI) [Ratio]", "39156-5", True),
        (
            "glomerular filtration",
            "Glomerular filtration rate/1.73 sq M.predicted [Volume Rate/Area] in Serum or Plasma",
            "33914-3",
            True,
        ),
    ],
)
def test_a_value_is_of_the_substance_and_the_specimen_that_is_asked_for(
    asked: str, title: str, code: str, *, expected: bool
) -> None:
    assert fits(read_title(asked), title, [code]) is expected


def test_a_part_of_a_panel_is_of_what_the_panel_is_of() -> None:
    assert not fits(read_title("glucose"), "Glucose", [], "Urinalysis panel in Urine")
    assert fits(read_title("glucose"), "Glucose", [], "Basic metabolic panel - Blood")


def test_names_of_a_substance_are_of_one() -> None:
    assert substance(["haemoglobin"]) is substance(["Hgb"]) is not None
    assert substance(["systolic"]) is None
