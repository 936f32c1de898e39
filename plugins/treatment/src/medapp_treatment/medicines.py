"""Names of medicines as records write them, to the names of their active ingredients.

By the words alone: strengths, forms, salts and packages are left out, names of brands are looked up in
``brands.tsv``. Who has a terminology hands over `medapp.domain.recommendation.Drug.ingredients` instead.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import Final

_BRACKET: Final = re.compile(r"\[([^\]]*)\]|\(([^)]*)\)")
_STRENGTH: Final = re.compile(
    r"\b\d[\d.,/+-]*\s*(mg|mcg|ug|g|gm|ml|l|meq|mmol|unt|units?|iu|mci|mu|hr|h|actuat|day|%|million)\b"
    r"(\s*/\s*(\d[\d.]*\s*)?(ml|l|mg|hr|h|actuat|day|vial|dose)\b)*",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"\b\d[\w.,/+%-]*|%|\bnda\d+\b")
_B12: Final = re.compile(r"\bvitamin b[ -]?12\b")

_GIVEN_WITH: Final = {
    "clavulanate": "amoxicillin",
    "clavulanic acid": "amoxicillin",
    "tazobactam": "piperacillin",
    "cilastatin": "imipenem",
    "carbidopa": "levodopa",
    "benserazide": "levodopa",
}
"""Ingredients that are no medicine of their own, with the one that they are given in one product with."""


def product_of(name: str) -> tuple[str, ...]:
    """Ingredients of the product that one stands for: itself, or with what it never goes without."""
    partner = _GIVEN_WITH.get(name)
    return (name,) if not partner else (partner, name)


@lru_cache(maxsize=1)
def _left_out() -> dict[str, frozenset[str]]:
    """Words by heading of ``name_words.txt``."""
    found: dict[str, set[str]] = {}
    heading: set[str] = set()
    for line in _text("name_words.txt"):
        if line.startswith("["):
            heading = found.setdefault(line.strip("[]"), set())
        else:
            heading.update(line.split())
    return {name: frozenset(words) for name, words in found.items()}


def _text(name: str) -> list[str]:
    """Lines of a file of the package that are no remarks."""
    text = resources.files("medapp_treatment").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def brands() -> dict[str, tuple[str, ...]]:
    """Ingredients by brand or other name, in small letters."""
    rows = (line.split("\t") for line in _text("brands.tsv"))
    return {name: tuple(ingredients.split(" + ")) for name, ingredients in rows}


@lru_cache(maxsize=20_000)
def ingredients_of(name: str) -> tuple[str, ...]:
    """Names of the active ingredients, in small letters and in order; empty where no word is left.

    A name that is not known as a brand is taken for that of an ingredient: what it is called is kept, never
    dropped.
    """
    text = name.strip().lower()
    if not text:
        return ()
    bare = _B12.sub("cyanocobalamin", _BRACKET.sub(" ", text))
    found: dict[str, None] = {}
    for part in re.split(r"\s+/\s+|(?<=[a-z)])\s*/\s*(?=[a-z])|\s+\+\s+|;", bare):
        found |= dict.fromkeys(_known(_words(part)))
    if not found:  # nothing but what stands in brackets
        inside = [one or other for one, other in _BRACKET.findall(text)]
        for part in inside:
            found |= dict.fromkeys(_known(_words(part)))
    return tuple(sorted(found))


def _words(part: str) -> str:
    """A part of a name without strengths, forms and salts."""
    left_out = _left_out()
    text = _NUMBER.sub(" ", _STRENGTH.sub(" ", part))
    words = [
        one for one in re.split(r"[\s,]+", text.replace(".", "")) if one and one not in left_out["forms"]
    ]
    words = [word for word in words if any(letter.isalpha() for letter in word)]
    if words and words[0] not in left_out["minerals"]:
        kept = [word for word in words if word not in left_out["salts"]]
        words = kept or words
    return " ".join(words).strip("-* ")


def _known(name: str) -> tuple[str, ...]:
    if not name:
        return ()
    table = brands()
    if name in table:
        return table[name]
    first = name.split(maxsplit=1)[0]
    return table.get(first, (name,))
