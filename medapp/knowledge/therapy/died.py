"""That the patient has died: whoever reads a list of what is taken now has to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.recommendation import Check, Citation
from medapp.domain.record import When
from medapp.knowledge.therapy.saying import names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from medapp.domain.medicines import Medicine
    from medapp.knowledge.therapy.facts import Facts


def check_died(medicines: Sequence[Medicine], facts: Facts) -> Iterator[Check]:
    """One statement where a source says so, and not of a day after the one that is asked about."""
    stated = [one.deceased for one in facts.record.persons]
    days = [one for one in stated if isinstance(one, When) and one.day <= facts.on]
    if not medicines or not (days or True in stated):
        return
    when = f" on {max(days, key=lambda one: len(one.text)).text[:10]}" if days else ", and not when"
    text = f"The record says that the patient died{when}: what it has as taken now is taken by nobody."
    yield Check(
        "record:died",
        "record",
        "found",
        "significant",
        names(medicines),
        text,
        Citation("record", "death of the patient"),
    )
