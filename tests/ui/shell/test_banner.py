"""Who is in focus, and how old: at the study, at death, else today."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from medapp.domain.patient import Patient

JANE = Patient("4711", "Doe^Jane", "19560310", "F")


@pytest.fixture
def banner(qtbot):
    from medapp.ui.app import application
    from medapp.ui.shell.banner import PatientBanner

    application()
    made = PatientBanner()
    qtbot.addWidget(made)
    return made


def shown(banner, name: str) -> str:
    return banner._values[name].text()


def test_without_a_study_the_age_is_that_of_today(banner):
    banner.set_patient(JANE)
    now = datetime.now(UTC)
    years = now.year - 1956 - ((now.month, now.day) < (3, 10))
    assert shown(banner, "birth") == f"1956-03-10 ({years} y)"
    assert banner._values["birth"].toolTip() == "Age today"


def test_with_a_study_it_is_that_of_its_day(banner):
    banner.set_patient(JANE, "20160310")
    assert shown(banner, "birth") == "1956-03-10 (60 y)"
    assert banner._values["birth"].toolTip() == "Age at the study"


@pytest.mark.parametrize(
    ("died", "text"),
    [
        ("2010-05-01", "1956-03-10 (died 2010-05-01, 54 y)"),
        ("2010-05-01T10:00:00Z", "1956-03-10 (died 2010-05-01, 54 y)"),
        ("2010", "1956-03-10 (died 2010)"),
        ("yes", "1956-03-10 (died)"),
    ],
)
def test_who_has_died_is_not_said_to_be_as_old_as_today(banner, died, text):
    banner.set_patient(JANE)
    banner.set_record((), (), died)
    assert shown(banner, "birth") == text
    banner.set_patient(Patient("1", "Roe^John", "", "M"))
    assert shown(banner, "birth") == "unknown"
    assert "died" not in shown(banner, "birth")


def test_nobody_has_no_age(banner):
    banner.set_patient(JANE)
    banner.set_patient(None)
    assert shown(banner, "birth") == "–"
    assert banner._values["birth"].toolTip() == ""


def test_no_allergy_is_hidden_without_a_word(banner):
    banner.set_patient(JANE)
    names = (
        "Penicillin",
        "Iodinated contrast media",
        "Latex, natural rubber, and what is made of it",
        "Peanut",
    )
    banner.set_record(names, ())
    assert shown(banner, "allergies") == "Penicillin, Iodinated contrast media and 2 more"
    assert banner._values["allergies"].toolTip() == ", ".join(names)
    banner.set_record(names[:1], ())
    assert shown(banner, "allergies") == "Penicillin"
    banner.set_record(("x" * 100, "y"), ())
    assert shown(banner, "allergies") == f"{'x' * 60}… and 1 more"
    banner.set_record((), ())
    assert shown(banner, "allergies") == "none recorded"
    banner.set_record(None, ())
    assert shown(banner, "allergies") == "unknown"
