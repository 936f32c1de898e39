"""Which conditions of the tables the problems of a record are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from medapp.domain.record.clinical import Problem
from medapp.domain.record.coding import ICD9CM, ICD10CM, SNOMED
from medapp.domain.record.summary import ACTIVE, DENIED
from medapp.knowledge.therapy.names import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from medapp.domain.record import Concept, Entry
    from medapp.knowledge.therapy.own import Condition

_ICD10: Final = frozenset({ICD10CM, "http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10-gm"})
_NO_CODE: Final = ("-",)
_NOT_IT: Final = re.compile(
    r"family history|heat stroke|at risk|risk of|screening|suspected|rule out|ruled out|no evidence|fear of|"
    r"vaccin"
)
_DENIED: Final = re.compile(r"\b(?:without|no|not|non|absence of)\s+(?:\w+\s+)?$")
_OVER: Final = re.compile(r"\b(?:history of|h o|past|previous|old|status post)\b")


def conditions_of(
    entries: Iterable[Entry], table: Mapping[str, Condition], on: date
) -> tuple[dict[str, list[Entry]], dict[str, list[Entry]]]:
    """Entries of each condition that the record states, and of each that it denies.

    A problem without a status counts, as it may be active; one that begins after `on` does not.
    """
    stated: dict[str, list[Entry]] = {}
    denied: dict[str, list[Entry]] = {}
    known: dict[Concept, tuple[Condition, ...]] = {}
    for entry in entries:
        problem = entry.content
        if not isinstance(problem, Problem) or problem.certainty == "entered-in-error":
            continue
        if problem.onset.start is not None and problem.onset.start.day > on:
            continue
        current = holds(problem, on) or not problem.status
        words = key(problem.concept.display)
        for one in _conditions(problem, words, table, known):
            if problem.certainty in DENIED:
                denied.setdefault(one.key, []).append(entry)
            elif one.is_past or (current and not _OVER.search(words)):
                stated.setdefault(one.key, []).append(entry)
    return stated, denied


def holds(problem: Problem, on: date) -> bool:
    """Whether a problem is active, or is over now and was not yet on the day that is asked about."""
    start, end = problem.onset.start, problem.onset.end
    if problem.status in ACTIVE:
        return True
    return start is not None and end is not None and start.day <= on <= end.day


def _conditions(
    problem: Problem,
    words: str,
    table: Mapping[str, Condition],
    known: dict[Concept, tuple[Condition, ...]],
) -> tuple[Condition, ...]:
    """All that a problem is; looked up once, as long records name the same one at every visit."""
    if problem.concept not in known:
        known[problem.concept] = tuple(one for one in table.values() if is_condition(one, problem, words))
    return known[problem.concept]


def is_condition(condition: Condition, problem: Problem, words: str) -> bool:
    """Whether a problem is the condition, by its codes, else by its words."""
    for code in problem.concept.codes:
        if code.system == SNOMED and code.value in condition.snomed:
            return True
        plain = code.value.upper().replace(".", "")
        if code.system in _ICD10 and plain.startswith(condition.icd10 or _NO_CODE):
            return True
        if code.system == ICD9CM and plain.startswith(condition.icd9 or _NO_CODE):
            return True
    if _NOT_IT.search(words):
        return False
    match = condition.pattern.search(words)
    return match is not None and not _DENIED.search(words[: match.start()])
