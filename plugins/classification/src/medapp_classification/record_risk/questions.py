"""What is asked of a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from medapp.domain.segmentation import Code

YEARS: Final = 5
HORIZON_DAYS: Final = 1826.0
COVERAGE: Final = 0.9
COHORT: Final = "cohort"
ICU: Final = "icu"


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        event: Condition whose first mention is asked for; empty for death.
        source: ``cohort`` for a time until an event, ``icu`` for one stay.
        words: What is said to come, for a sentence.
        learners: Those that are tried, the simplest first.
        modifiable: Variables whose change is looked at.
    """

    key: str
    title: str
    code: Code
    event: str
    source: str
    words: str
    learners: tuple[str, ...]
    modifiable: tuple[str, ...]

    @property
    def horizon_days(self) -> float | None:
        """By when; None for the end of the stay."""
        return HORIZON_DAYS if self.source == COHORT else None

    @property
    def units(self) -> tuple[str, str]:
        """What is counted, and what is kept together: matched people are one group, a stay is a patient's."""
        return ("people", "matched groups") if self.source == COHORT else ("stays", "patients")


_COHORT: Final = ("logistic", "svm", "cox", "boosting", "gru", "blend")
_BODY: Final = ("sbp", "hdl", "bmi")


def _onset(key: str, title: str, code: tuple[str, str], event: str, words: str) -> Question:
    return Question(key, title, Code(code[0], "SCT", code[1]), event, COHORT, words, _COHORT, _BODY)


QUESTIONS: Final = (
    _onset("death", "Death within 5 years", ("419620001", "Death"), "", "death"),
    _onset(
        "diabetes",
        "Diabetes within 5 years",
        ("73211009", "Diabetes mellitus"),
        "diabetes",
        "a first diagnosis of diabetes",
    ),
    _onset(
        "hypertension",
        "Hypertension within 5 years",
        ("38341003", "Hypertensive disorder"),
        "htn",
        "a first diagnosis of hypertension",
    ),
    _onset(
        "heart-failure",
        "Heart failure within 5 years",
        ("84114007", "Heart failure"),
        "heart failure",
        "a first diagnosis of heart failure",
    ),
    _onset(
        "infarction",
        "Myocardial infarction within 5 years",
        ("22298006", "Myocardial infarction"),
        "MI",
        "a first myocardial infarction",
    ),
    _onset(
        "stroke",
        "Stroke within 5 years",
        ("230690007", "Cerebrovascular accident"),
        "stroke",
        "a first stroke",
    ),
    Question(
        "icu-death",
        "Death in hospital after intensive care",
        Code("419620001", "SCT", "Death"),
        "",
        ICU,
        "death in hospital",
        ("logistic", "svm", "boosting", "blend"),
        ("FiO2", "Glucose", "HR", "HCO3", "K", "Lactate", "Na", "NIMAP", "NISysABP", "Temp", "pH"),
    ),
)
BY_KEY: Final = {one.key: one for one in QUESTIONS}
