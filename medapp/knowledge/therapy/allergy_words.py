"""Words for the same group of medicines in allergies: "sulfa", "sulfonamides"; out of the shipped table."""

from __future__ import annotations

from functools import lru_cache

from medapp.knowledge.therapy.names import key
from medapp.knowledge.therapy.rows import read_rows
from medapp.resources import resource


def class_words(said: str) -> tuple[str, ...]:
    """All words for the groups that one word or more of a question name; empty where they name none."""
    plain = key(said)
    return tuple(sorted({word for group in _groups() if plain in group for word in group}))


@lru_cache(maxsize=1)
def _groups() -> tuple[frozenset[str], ...]:
    rows = read_rows(resource("therapy", "allergy_groups.tsv"), "words")
    return tuple(frozenset(key(word) for word in row.many("words")) for row in rows)
