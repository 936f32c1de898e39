"""Medicines that a table has no row about, where the patient makes that matter; what has no table at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from medapp.domain.recommendation import Citation
from medapp.domain.record.clinical import Problem
from medapp.domain.record.coding import ICD10CM, SNOMED
from medapp.knowledge.therapy.facts import FERTILE
from medapp.knowledge.therapy.names import key
from medapp.knowledge.therapy.organs import kidney, liver
from medapp.knowledge.therapy.saying import not_checked, own_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from medapp.domain.medicines import Medicine
    from medapp.domain.recommendation import Check, CheckKind
    from medapp.knowledge.therapy.facts import Facts
    from medapp.knowledge.therapy.own import Own

REDUCED: Final = 60.0
"""mL/min, with and without /1.73 m2; below it doses of many medicines are looked at (KDIGO G3)."""
_OLD: Final = 65.0
"""Years from which the AGS Beers Criteria hold."""
_ADULT: Final = 18.0
_FEEDING: Final = re.compile(r"\b(?:breast ?feed|breast ?fed|lactat|nursing mother)")
_FEEDING_SNOMED: Final = frozenset({"169741004", "169745008", "413712001", "82374005"})


def check_unlisted(medicines: Sequence[Medicine], facts: Facts, own: Own) -> Iterator[Check]:
    """One check for each table that some medicines have no row in: that is no statement about them.

    Told only where a value of the patient makes the table matter: kidney or liver clears less, a pregnancy,
    an age that the table is about, a condition that it knows.
    """
    known = [one for one in medicines if one.drug.is_known and not one.is_local]
    if not known or not facts.is_known:
        return
    asked: tuple[tuple[CheckKind, str, str], ...] = (
        ("renal", "renal", _kidney(facts)),
        ("hepatic", "hepatic", _liver(facts)),
        ("pregnancy", "pregnancy", "the record states a pregnancy" if facts.pregnant.value else ""),
        ("age", "age", _age(facts)),
        ("condition", "contraindications", _conditions(facts, own)),
    )
    for kind, table, why in asked:
        without = [one for one in known if not any(own.about(table, name) for name in one.drug.ingredients)]
        if why and without:
            # The same words for one or many: one medicine less is no other statement.
            reason = f"{why}, and {table}.tsv has no row to go by"
            yield not_checked(kind, without, reason, own_table(table), part="no-row")
    yield from _feeding(known, facts)


def _kidney(facts: Facts) -> str:
    organ = kidney(facts)
    if organ.on_dialysis:
        return "the record states dialysis or end-stage kidney disease"
    rates = (
        ("eGFR", organ.egfr.value),
        ("reported eGFR", organ.reported.value),
        ("creatinine clearance", organ.crcl.value),
    )
    low = [
        f"{name} is {round(value, 1):g} mL/min"
        for name, value in rates
        if value is not None and value < REDUCED
    ]
    return " and ".join(low)


def _liver(facts: Facts) -> str:
    stated = [one for one in ("cirrhosis", "liver_failure") if one in facts.conditions]
    found = liver(facts)
    if not stated and "liver_disease" not in facts.conditions:
        return ""
    if found.value is None:
        return "the record states cirrhosis or liver failure" if stated else ""
    worse = sorted(found.value - {"A"})
    return f"Child-Pugh class {' or '.join(worse)} is possible" if worse else ""


def _age(facts: Facts) -> str:
    age = facts.age.value
    if age is None or _ADULT <= age < _OLD:
        return ""
    return f"the patient is {age:.3g} years old"


def _conditions(facts: Facts, own: Own) -> str:
    titles = sorted(own.conditions[one].title for one in facts.conditions if one in own.conditions)
    return f"the record states {', '.join(titles)}" if titles else ""


def _feeding(known: Sequence[Medicine], facts: Facts) -> Iterator[Check]:
    """There is no table of breast-feeding: said once, of women of the ages that pregnancy is asked for."""
    age = facts.age.value
    stated = _states_feeding(facts)
    if not stated and (facts.sex.value == "male" or (age is not None and not FERTILE[0] <= age < FERTILE[1])):
        return
    reason = "breast-feeding is not checked: this program has no table of it"
    if stated:
        reason = f"the record states breast-feeding (“{stated}”), and this program has no table of it"
    source = Citation("table", "no table of breast-feeding")
    yield not_checked("lactation", known, reason, source)


def _states_feeding(facts: Facts) -> str:
    """Words of the first problem that states it."""
    for entry in facts.record.entries:
        content = entry.content
        if isinstance(content, Problem) and content.status not in {"resolved", "inactive", "remission"}:
            coded = content.concept.code(SNOMED) in _FEEDING_SNOMED
            icd = content.concept.code(ICD10CM).replace(".", "").upper()
            if coded or icd.startswith("Z391") or _FEEDING.search(key(content.concept.display)):
                return content.concept.display or icd
    return ""
