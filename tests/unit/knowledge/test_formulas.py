"""Formulas against published worked examples and the tables of the papers."""

import pytest

from medapp.knowledge.therapy.formulas import (
    FormulaError,
    body_mass_index,
    body_surface_mosteller,
    child_pugh,
    clearance_cockcroft_gault,
    egfr_ckd_epi,
)


@pytest.mark.parametrize(
    ("creatinine", "age", "sex", "rate"),
    [
        # By the National Kidney Foundation's calculator of the 2021 equation.
        (1.0, 50, "male", 92),
        (1.0, 50, "female", 69),
        (0.6, 30, "female", 124),
        (2.0, 70, "male", 35),
        (1.2, 65, "female", 50),
    ],
)
def test_ckd_epi_2021(creatinine, age, sex, rate):
    assert egfr_ckd_epi(creatinine, age, sex) == pytest.approx(rate, abs=1.0)


def test_ckd_epi_does_not_jump_at_its_knots():
    for sex, knot in (("female", 0.7), ("male", 0.9)):
        below, above = egfr_ckd_epi(knot - 1e-6, 60, sex), egfr_ckd_epi(knot + 1e-6, 60, sex)
        assert below == pytest.approx(above, rel=1e-4)


def test_cockcroft_gault():
    # (140 - 60) x 72 kg / (72 x 1.0) = 80 mL/min; 85 % of it for a woman.
    assert clearance_cockcroft_gault(1.0, 60, "male", 72) == pytest.approx(80)
    assert clearance_cockcroft_gault(1.0, 60, "female", 72) == pytest.approx(68)


@pytest.mark.parametrize(
    ("values", "points", "letter"),
    [
        ((1.0, 4.0, 1.0, "none", "none"), 5, "A"),
        ((2.5, 3.0, 1.8, "mild", "none"), 9, "B"),
        ((4.0, 2.5, 2.5, "severe", "severe"), 15, "C"),
        ((2.0, 3.5, 1.7, "none", "none"), 8, "B"),
        ((3.0, 2.8, 2.3, "none", "mild"), 9, "B"),
    ],
)
def test_child_pugh(values, points, letter):
    found = child_pugh(*values)
    assert (found.points, found.letter) == (points, letter)
    assert sum(found.parts.values()) == points


def test_body_size():
    assert body_mass_index(180, 81) == pytest.approx(25)
    assert body_surface_mosteller(180, 80) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: egfr_ckd_epi(1.0, 12, "male"), "adults"),
        (lambda: egfr_ckd_epi(0.0, 40, "male"), "creatinine"),
        (lambda: egfr_ckd_epi(float("nan"), 40, "male"), "creatinine"),
        (lambda: clearance_cockcroft_gault(1.0, 40, "male", -1), "weight"),
        (lambda: clearance_cockcroft_gault(1.0, 141, "male", 70), "140 years"),
        (lambda: child_pugh(1, 0, 1, "none", "none"), "albumin"),
        (lambda: body_mass_index(0, 80), "height"),
    ],
)
def test_what_they_do_not_hold_for_is_refused(call, words):
    with pytest.raises(FormulaError, match=words):
        call()
