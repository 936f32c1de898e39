"""Allergies in a question: "allergic to penicillin", "penicillin allergy", "allergy to penicillin"."""

from __future__ import annotations

import re
from typing import Final

_BEFORE: Final = r"(?:(?:an?|any|some|known|documented|history of)\s+)*"
_NOUN: Final = r"(?:allerg(?:y|ies)|hypersensitivit(?:y|ies)|intolerances?)"
_TO: Final = re.compile(
    rf"{_BEFORE}(?:allergic|hypersensitive|intolerant|{_NOUN})\s+(?:to|of|against)\s+(?P<to>.+)",
    re.IGNORECASE,
)
_OF: Final = re.compile(rf"{_BEFORE}(?P<to>.+?)[\s-]+(?:{_NOUN}|allergic)", re.IGNORECASE)
_ANY: Final = re.compile(rf"{_BEFORE}allerg(?:y|ies|ic)", re.IGNORECASE)


def take_allergy(text: str) -> tuple[str, ...] | None:
    """What an allergy is said to be to, empty where to anything; None where the words are about none."""
    if _ANY.fullmatch(text):
        return ()
    found = _TO.fullmatch(text) or _OF.fullmatch(text)
    return tuple(found["to"].split()) if found else None
