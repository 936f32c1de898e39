"""All checks of a list of medicines, without reading any file."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from medapp.domain.medicines import Checks
from medapp.domain.recommendation import Drug
from medapp.domain.record.clinical import Medication
from medapp.domain.record.summary import active_medications
from medapp.knowledge.therapy.allergies import check_allergies
from medapp.knowledge.therapy.conditions import check_age, check_conditions, check_pregnancy
from medapp.knowledge.therapy.criteria import check_criteria
from medapp.knowledge.therapy.died import check_died
from medapp.knowledge.therapy.dosing import check_hepatic, check_renal
from medapp.knowledge.therapy.duplicates import check_duplicates
from medapp.knowledge.therapy.facts import gather
from medapp.knowledge.therapy.genes import check_genes
from medapp.knowledge.therapy.interactions import check_interactions
from medapp.knowledge.therapy.recognise import recognise
from medapp.knowledge.therapy.sums import check_bleeding, check_qt
from medapp.knowledge.therapy.unlisted import check_unlisted
from medapp.knowledge.therapy.whole import check_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from medapp.domain.genome import Genome
    from medapp.domain.medicines import Doubt
    from medapp.domain.recommendation import Check
    from medapp.domain.record import Record
    from medapp.knowledge.therapy.loading import DrugTables

_OUTCOMES: Final = ("found", "unknown", "clear")
_SEVERITIES: Final = ("critical", "significant", "minor", "info")


def check_medicines(
    record: Record | None,
    genome: Genome | None,
    medicines: Sequence[Drug],
    tables: DrugTables,
    *,
    on: date,
    doubt: Doubt | None = None,
) -> Checks:
    """Check a list of medicines against each other and against a patient.

    Args:
        record: None where nothing is known of the patient: the checks that need it say so.
        genome: None where no gene is known: unknown, never normal.
        medicines: All that would be taken together, by name, codes or both; those of the record are not
            added.
        tables: As `load_drug_tables` read them.
        on: The day that ages of values are counted to, and after which a date is in the future.
        doubt: Where it is not certain whom the record is about: doses stop with this reason.
    """
    found = tuple(recognise(one, tables.vocabulary) for one in medicines)
    known = tuple(one for one in found if one.drug.is_known)
    facts = gather(record, tables.own.conditions, on, doubt)
    made = chain(
        check_whole(known),
        check_died(known, facts),
        check_interactions(known, tables.interactions, tables.own),
        check_duplicates(known),
        check_allergies(known, record, tables),
        check_conditions(known, facts, tables.own),
        check_pregnancy(known, facts, tables.own),
        check_age(known, facts, tables.own),
        check_renal(known, facts, tables.own),
        check_criteria(known, facts, tables.own),
        check_hepatic(known, facts, tables.own),
        check_genes(known, genome.calls if genome else (), tables, record, facts.age.value),
        check_qt(known, facts, tables.own),
        check_bleeding(known, facts, tables.own),
        check_unlisted(known, facts, tables.own),
    )
    return Checks(on, found, tuple(sorted(made, key=_gravity)), tables.sources)


def current_medicines(record: Record) -> tuple[Drug, ...]:
    """What the record says is ordered or taken now, each name and code once."""
    found: dict[tuple[str, tuple[object, ...]], Drug] = {}
    for entry in active_medications(record.entries):
        medication = entry.content
        if isinstance(medication, Medication):
            concept = medication.concept
            dose = medication.instruction or medication.frequency
            drug = Drug(concept.display, codes=concept.codes, dose=dose, entry=entry.id)
            found.setdefault((drug.name, drug.codes), drug)
    return tuple(found.values())


def _gravity(check: Check) -> tuple[int, int, bool]:
    """What tables have no row about comes last of what was not checked: it must bury nothing else."""
    no_row = check.outcome == "unknown" and (check.kind == "interaction" or check.key.endswith(":no-row"))
    return _OUTCOMES.index(check.outcome), _SEVERITIES.index(check.severity), no_row
