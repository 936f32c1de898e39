"""Elements of the resource types of R4 and R4B, and what other versions have instead (elements.json).

Taken from the StructureDefinitions of HL7 FHIR. Each element has a letter for the JSON that it is written as:
``s`` text, ``b`` boolean, ``n`` number, ``o`` object; a capital letter is a list of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import orjson

COMMON: Final = {
    "resourceType": "s",
    "id": "s",
    "implicitRules": "s",
    "language": "s",
    "meta": "o",
    "contained": "O",
    "extension": "O",
    "modifierExtension": "O",
    "text": "o",
}
TYPES: Final[dict[str, tuple[type, ...]]] = {"s": (str,), "b": (bool,), "n": (int, float), "o": (dict,)}
_PLAIN: Final = {"s": str, "b": bool, "o": dict}
WORDS: Final = {"s": "text", "b": "true or false", "n": "a number", "o": "an object"}
OLD: Final = ("DSTU2", "STU3")
VERSIONS: Final = (*OLD, "R5")


@dataclass(frozen=True, slots=True)
class Tables:
    """What `elements.json` holds.

    Attributes:
        shapes: Letter by element by type of resource; none for types that R4 and R4B define differently.
        required: Elements that must be there.
        groups: Choices of which one must be there.
        foreign: Elements that another version has and R4 has not, or not so.
        own: Elements that R4 has and another version has not, or not so.
        types: Types that only other versions have.
    """

    shapes: dict[str, dict[str, str]]
    required: dict[str, list[str]]
    groups: dict[str, list[list[str]]]
    foreign: dict[str, dict[str, dict[str, str]]]
    own: dict[str, dict[str, list[str]]]
    types: dict[str, list[str]]


@cache
def tables() -> Tables:
    """Read once."""
    raw: dict[str, Any] = orjson.loads(files(__package__ or "").joinpath("elements.json").read_bytes())
    raw["shapes"] = {kind: COMMON | elements for kind, elements in raw["shapes"].items()}
    return Tables(**raw)


def fits(value: object, letter: str) -> bool:
    """Whether a value is written as its letter says."""
    kinds = TYPES[letter.lower()]
    if letter.islower():
        return type(value) in kinds
    if type(value) is not list:
        return False
    for one in value:  # noqa: SIM110  called for every element: a loop takes half the time of all()
        if type(one) not in kinds and (one is not None or letter == "O"):
            return False
    return True


def misfits(resource: dict[str, Any], shapes: dict[str, str]) -> list[str]:
    """Elements that R4 does not have or does not write so; those of extensions of texts are left out."""
    found = []
    for key, value in resource.items():
        letter = shapes.get(key)
        if letter is None:
            if key[:1] != "_":
                found.append(key)
        elif type(value) is not _PLAIN.get(letter) and not fits(value, letter):
            found.append(key)
    return found


def words(letter: str) -> str:
    """What a value must be, in words."""
    return f"a list, each {WORDS[letter.lower()]}" if letter.isupper() else WORDS[letter]
