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


def show_at(banner, width: int) -> None:
    """In view, this wide, all of it laid out."""
    banner.resize(width, banner.height())
    banner.show()
    banner.layout().activate()


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
    assert shown(banner, "birth") == "1956-03-10 (60 y at study)"
    assert banner._values["birth"].toolTip() == "Age at the study"


def test_away_from_the_images_it_is_that_of_today_and_back_again_that_at_the_study(banner):
    banner.set_patient(JANE)
    today = shown(banner, "birth")
    banner.set_patient(JANE, "20160310")
    banner.set_record(("Latex",), ())
    banner.set_at_study(False)
    assert shown(banner, "birth") == today
    assert banner._values["birth"].toolTip() == "Age today"
    assert shown(banner, "allergies") == "Latex"
    banner.set_at_study(True)
    assert shown(banner, "birth") == "1956-03-10 (60 y at study)"


def test_the_name_is_cut_last(banner):
    number = "1d2c3b4a-0000-4000-8000-123456789abc"
    banner.set_patient(Patient(number, "Alcantar^Maximiliana Guadalupe", "19441128", "F"), "20170101")
    banner.set_record(("Penicillin", "Iodinated contrast media", "Latex"), ())
    show_at(banner, 1280)
    assert banner._name.text() == "Alcantar, Maximiliana Guadalupe"
    assert shown(banner, "id") != number
    assert banner.texts.id == number
    assert banner._values["id"].toolTip() == number
    show_at(banner, 1900)
    assert shown(banner, "allergies") == "Penicillin, Iodinated contrast media, Latex"
    assert shown(banner, "id") == number


def test_an_alert_leaves_room_for_the_name_and_is_told_whole(banner):
    banner.set_patient(Patient("1d2c3b4a-0000-4000-8000-123456789abc", "Doe^Jane", "19441128", "F"))
    alert = "record and images differ in name, birth date, sex; HLA-B*57:01 positive"
    banner.set_record(("Penicillin", "Iodinated contrast media"), (alert,))
    show_at(banner, 1280)
    assert banner._name.text() == "Doe, Jane"
    assert banner._alert.text() != alert
    assert banner._alert.toolTip() == alert
    show_at(banner, 2400)
    assert banner._alert.text() == alert


def test_the_number_of_a_record_stands_where_the_images_have_none(banner):
    banner.set_patient(Patient("", "Doe^Jane"))
    show_at(banner, 1280)
    assert shown(banner, "id") == "unknown"
    banner.set_record((), (), "", "SSN 999-11-2222")
    show_at(banner, 1280)
    assert shown(banner, "id") == "SSN 999-11-2222"
    banner.set_patient(JANE)
    show_at(banner, 1280)
    assert shown(banner, "id") == "4711"


def test_the_name_of_a_patient_does_not_keep_the_window_wide(banner):
    banner.set_patient(Patient("1", "Alcantar-Bergstrom^Maximiliana Guadalupe"))
    show_at(banner, 1900)
    wide = banner.minimumSizeHint().width()
    banner.set_patient(Patient("1", "Li^Bo"))
    show_at(banner, 1900)
    assert wide <= banner.minimumSizeHint().width() + 80


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
