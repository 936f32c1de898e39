"""What the page says: what can be asked, how many fit, who could not be judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.services.cohort_words import EXAMPLE
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.cohort import Cohort

# Questions are asked in English whatever the language of the window is: they are not translated.
EXAMPLES = (
    EXAMPLE,
    "men between 50 and 70 taking metformin in the last 2 years",
    "children with asthma, without CT since 2020",
)


def kinds() -> tuple[tuple[str, str], ...]:
    """Kinds of conditions, and how each is asked for."""
    return (
        (tr("Who"), "women · men · children · adults · patients"),
        (tr("How old"), "over 60 · under 40 · at least 18 · between 50 and 70"),
        (tr("Images"), "CT chest · MR brain · ultrasound"),
        (tr("Measurement"), "creatinine above 1.5 mg/dL · urine protein over 30 · 2160-0 > 1.5"),
        (tr("Medicine"), "taking metformin"),
        (tr("Procedure"), "after appendectomy"),
        (tr("Problem"), "problem asthma"),
        (tr("Allergy"), "allergic to penicillin · latex allergy"),
        (tr("Any of these, or an allergy"), "asthma · penicillin"),
        (tr("Absence"), "without CT · no metformin"),
        (tr("When"), "CT in the last 90 days · gout since 2020 · since 2020-05 · since 2020-05-31"),
    )


def notes() -> tuple[str, ...]:
    """What one has to know of how a question is understood."""
    return (
        tr("Conditions are joined by “with”, “and” or a comma; all of them must hold."),
        tr("Words are found where a word begins: “prediab” finds prediabetes, “diabetes” does not."),
        tr("What a laboratory measures is looked for in blood, unless urine or another specimen is named."),
        tr("A measurement without a unit is compared as it stands; with one, values are converted."),
        tr("A problem or a medicine is within a time where it began, ended or went on in it."),
    )


def count_line(cohort: Cohort) -> str:
    """How many fit."""
    count = len(cohort.members)
    if not count:
        return tr("Nobody fits")
    return tr("1 patient fits") if count == 1 else tr("{count} patients fit", count=count)


def unknown_lines(cohort: Cohort) -> tuple[str, ...]:
    """Who could not be judged, and why."""
    return tuple(
        tr("1 more could not be judged: {what} unknown.", what=what)
        if count == 1
        else tr("{count} more could not be judged: {what} unknown.", count=count, what=what)
        for what, count in cohort.unknown
    )


def sentence(text: str) -> str:
    """A message as a sentence."""
    whole = text[:1].upper() + text[1:]
    return whole if whole.endswith((".", "?", "!")) else f"{whole}."
