"""Which substance, and in what, a laboratory's value is of: by its LOINC code, else by its title.

LOINC tells a test by component and system among others: haemoglobin in blood is another thing than that in
stool or urine, and than its part that is glycated. A title is read as LOINC's long common name ("Hemoglobin
[Mass/volume] in Blood"), its fully specified name ("Hemoglobin:MCnc:Pt:Bld:Qn"), or as laboratories write it
("Creatinine, urine"). Codes are those of loinc.org.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from medapp.knowledge.units.laboratory_table import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable

BLOOD: Final = "blood"
_SYSTEMS: Final = {
    "urine": "urine", "urinary": "urine", "ur": "urine",
    "stool": "stool", "stools": "stool", "fecal": "stool", "faecal": "stool", "feces": "stool",
    "faeces": "stool",
    "csf": "csf", "cerebrospinal": "csf", "cerebral": "csf", "saliva": "saliva", "salivary": "saliva",
    "sweat": "sweat", "sputum": "sputum", "semen": "semen", "seminal": "semen", "amniotic": "amniotic fluid",
    "pleural": "pleural fluid", "peritoneal": "peritoneal fluid", "ascitic": "peritoneal fluid",
    "ascites": "peritoneal fluid", "synovial": "synovial fluid", "pericardial": "pericardial fluid",
    "vitreous": "vitreous fluid", "dialysis": "dialysis fluid", "dialysate": "dialysis fluid",
    "gastric": "gastric fluid", "bronchial": "bronchial fluid", "milk": "milk", "hair": "hair",
    "meconium": "meconium", "fluid": "body fluid",
}  # fmt: skip
_BLOOD_WORDS: Final = frozenset({
    "blood", "serum", "plasma", "bld", "bldv", "blda", "bldc", "ser", "plas", "venous", "arterial",
    "capillary", "whole",
})  # fmt: skip
_NEUTRAL: Final = frozenset({
    "total", "level", "levels", "lvl", "concentration", "conc", "measurement", "test", "random", "fasting",
    "quantitative", "spot", "of", "in", "or", "the", "and", "hour", "hours", "24", "24h", "specimen", "body",
})  # fmt: skip
_GUT: Final = frozenset({"gastrointestinal", "lower", "upper", "occult"})
_URINE_MARK: Final = re.compile(r"^u[- ](?=\w)|\(u\)|,\s*u$")
_RED_CELLS: Final = re.compile(r"\bin\s+(?:rbc|red (?:blood )?cells|erythrocytes)\b")
_BRACKETS: Final = re.compile(r"\[[^\]]*\]")
_ROUND: Final = re.compile(r"\([^)]*\)")
_METHOD: Final = re.compile(r"\s+by\s.*|\s*--.*")
_RATIO: Final = re.compile(r"[^\W\d][\w.]*\s*/\s*(?:100\s+)?[^\W\d]|\bratio\b|\bclearance\b")
_WORD: Final = re.compile(r"[\w%#]+")
_FULLY_SPECIFIED: Final = 4


@dataclass(frozen=True, slots=True)
class Named:
    """What a title, or a question, names.

    Attributes:
        words: Of the substance, without those of the system, a method, a property.
        system: ``blood`` (also serum and plasma), ``urine``, ``stool``, …; empty where none is named.
        is_ratio: Whether it is of one substance by another, or a clearance.
    """

    words: frozenset[str]
    system: str
    is_ratio: bool = False


@dataclass(frozen=True, slots=True)
class Substance:
    """What laboratories measure: all its names, and its LOINC codes with the system of each."""

    name: str
    names: tuple[frozenset[str], ...]
    codes: frozenset[str]


@lru_cache(maxsize=4096)
def read_title(title: str) -> Named:
    """What a title names; see `Named`."""
    plain = title.casefold().replace("haemo", "hemo").replace("faec", "fec")
    parts = plain.split(":")
    if len(parts) > _FULLY_SPECIFIED:
        plain = f"{parts[0]} in {parts[3]}"
    bare = _METHOD.sub("", _BRACKETS.sub(" ", plain)).strip()
    words = _WORD.findall(_ROUND.sub(" ", bare))
    own = [one for one in words if one not in _SYSTEMS and one not in _BLOOD_WORDS and one not in _NEUTRAL]
    return Named(frozenset(own), _system(bare), bool(_RATIO.search(_ROUND.sub(" ", bare))))


def _system(text: str) -> str:
    words = _WORD.findall(text)
    if _URINE_MARK.search(text):
        return "urine"
    if _RED_CELLS.search(text):
        return "red cells"
    other = next((_SYSTEMS[one] for one in words if one in _SYSTEMS), "")
    return other or (BLOOD if _BLOOD_WORDS & set(words) else "")


def substance(words: Iterable[str]) -> Substance | None:
    """The substance that words of a question name; None where the table has none of the name."""
    return _BY_NAME.get(read_title(" ".join(words)).words)


def fits(asked: Named, title: str, codes: Iterable[str], panel: str = "") -> bool:
    """Whether a value is of what is asked for, in what is asked for; in blood where that is left unsaid.

    Args:
        asked: What `read_title` reads out of the words of a question.
        title: Of the value.
        codes: Its LOINC codes.
        panel: Title of the panel that it is a part of.
    """
    wanted = _BY_NAME.get(asked.words)
    by_code = next((_BY_CODE[code] for code in codes if code in _BY_CODE), None)
    if wanted is not None and by_code is not None:
        known, within = by_code
        return known is wanted and within == (asked.system or BLOOD)
    named = read_title(title)
    within = (by_code[1] if by_code else "") or named.system or read_title(panel).system or BLOOD
    if within != (asked.system or (within if asked.is_ratio else BLOOD)):
        return False
    if wanted is None:
        return asked.is_ratio or not named.is_ratio or (asked.words <= named.words and len(asked.words) > 1)
    own = named.words - _GUT if within == "stool" else named.words
    return own in wanted.names


def _read() -> tuple[dict[frozenset[str], Substance], dict[str, tuple[Substance, str]]]:
    by_name: dict[frozenset[str], Substance] = {}
    by_code: dict[str, tuple[Substance, str]] = {}
    for row in ROWS.strip().splitlines():
        said, blood, other = (part.strip() for part in row.split("|"))
        placed = dict.fromkeys(blood.split(), BLOOD)
        for group in other.split():
            system, _, those = group.partition(":")
            placed |= dict.fromkeys(those.split(","), system)
        names = tuple(read_title(one).words for one in said.split(","))
        known = Substance(said.split(",")[0].strip(), names, frozenset(placed))
        by_name |= dict.fromkeys(names, known)
        by_code |= {code: (known, system) for code, system in placed.items()}
    return by_name, by_code


_BY_NAME, _BY_CODE = _read()
