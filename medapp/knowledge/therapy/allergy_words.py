"""Words for the same group of medicines in allergies: "sulfa", "sulfonamides"; out of the shipped table."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from medapp.knowledge.therapy.names import key
from medapp.knowledge.therapy.rows import read_rows
from medapp.resources import resource

_DENIAL: Final = re.compile(
    r"(?:allerg(?:y|ies) )?(?:nkda|nka|nkma|no|none|nil|denies)(?: (?:any|known|reported|stated))*"
    r"(?: (?:drugs?|medications?|medicines?))?"
    r"(?: (?:allerg(?:y|ies)|hypersensitivity|adverse (?:drug )?reactions?))?"
    r"(?: (?:known|reported|stated|situation|finding))*"
)


def denies(said: str) -> bool:
    """Whether an allergy's words say that there is none to medicines: ``No known drug allergies``, ``NKDA``.

    That there is none to one thing (``no known allergy to latex``, ``no food allergies``) says nothing of
    others.
    """
    return _DENIAL.fullmatch(key(said)) is not None


def class_words(said: str) -> tuple[str, ...]:
    """All words for the groups that one word or more of a question name; empty where they name none."""
    plain = key(said)
    return tuple(sorted({word for group in _groups() if plain in group for word in group}))


@lru_cache(maxsize=1)
def _groups() -> tuple[frozenset[str], ...]:
    rows = read_rows(resource("therapy", "allergy_groups.tsv"), "words")
    return tuple(frozenset(key(word) for word in row.many("words")) for row in rows)
