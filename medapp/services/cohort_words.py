"""From a question in words to a query: "women over 60 with CT chest and creatinine above 1.5 mg/dL".

Said are, in any order and joined by "with", "and" or commas: whom (women, men, patients), how old (over 60,
under 40, between 50 and 70), and what is in the record: a modality and words of the study, a measurement with
a bound, "taking" a medicine, "after" a procedure, a "problem", "allergic to" something; a bare word is looked
for in problems, medicines, procedures and allergies. "without" and "no" turn a condition round; "in the last
2 years" and "since 2020-05" say when it must have been.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from medapp.domain.cohort import CohortQuery, Condition
from medapp.services.cohort_allergy import take_allergy
from medapp.services.cohort_errors import QueryError
from medapp.services.cohort_when import take_time

if TYPE_CHECKING:
    from medapp.domain.cohort import Comparator, Kind

_SEXES: Final[dict[str, Literal["male", "female"] | None]] = {
    "women": "female", "woman": "female", "female": "female", "females": "female", "girls": "female",
    "men": "male", "man": "male", "male": "male", "males": "male", "boys": "male",
    "patients": None, "people": None, "everybody": None, "everyone": None, "anybody": None, "anyone": None,
    "persons": None, "adults": None, "children": None,
}  # fmt: skip
_AGES: Final = {"adults": (18, None), "children": (None, 17)}
_MODALITIES: Final = {
    "ct": "CT", "mr": "MR", "mri": "MR", "pet": "PT", "pt": "PT", "us": "US", "ultrasound": "US", "cr": "CR",
    "dx": "DX", "x-ray": "CR", "xray": "CR", "radiograph": "CR", "mg": "MG", "mammography": "MG", "xa": "XA",
    "nm": "NM", "rtstruct": "RTSTRUCT", "seg": "SEG",
}  # fmt: skip
_BOUNDS: Final[dict[str, Comparator]] = {
    "over": ">", "above": ">", "more than": ">", "greater than": ">", "higher than": ">", ">": ">",
    "at least": ">=", ">=": ">=", "≥": ">=",
    "under": "<", "below": "<", "less than": "<", "lower than": "<", "<": "<",
    "at most": "<=", "<=": "<=", "≤": "<=",
    "equal to": "=", "=": "=",
}  # fmt: skip
_NUMBER: Final = r"(-?\d+(?:\.\d+)?)"
_BOUND: Final = "|".join(re.escape(word) for word in sorted(_BOUNDS, key=len, reverse=True))
_MEASURE: Final = re.compile(
    rf"(?P<words>.+?)\s*(?P<bound>{_BOUND})\s*{_NUMBER}\s*(?P<unit>\S*)", re.IGNORECASE
)
_AGE: Final = re.compile(
    rf"(?:aged |age |older than |younger than )?(?P<bound>{_BOUND})?\s*"
    rf"{_NUMBER}(?![\w.-])(?: years?(?: old)?)?",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    rf"(?:aged |age )?between {_NUMBER} and {_NUMBER}(?: years?(?: old)?)?", re.IGNORECASE
)
_KINDS: Final[dict[str, Kind]] = {
    "taking": "medicine", "on": "medicine", "medicine": "medicine",
    "after": "procedure", "procedure": "procedure",
    "problem": "problem", "diagnosis": "problem",
    "allergy": "allergy",
    "imaging": "imaging", "study": "imaging", "studies": "imaging",
    "lab": "measurement", "anything": "any",
}  # fmt: skip
_SHORT: Final = {
    "bmi": "body mass index", "hba1c": "hemoglobin a1c", "a1c": "hemoglobin a1c",
    "ldl": "low density lipoprotein", "hdl": "high density lipoprotein", "egfr": "glomerular filtration",
    "alt": "alanine aminotransferase", "ast": "aspartate aminotransferase", "bun": "urea nitrogen",
    "wbc": "leukocytes", "rbc": "erythrocytes", "hb": "hemoglobin", "hgb": "hemoglobin",
    "tsh": "thyrotropin", "psa": "prostate specific", "crp": "reactive protein",
    "copd": "chronic obstructive", "chf": "heart failure", "mi": "myocardial infarction",
    "htn": "hypertension",
}  # fmt: skip
EXAMPLE: Final = "women over 60 with CT chest and creatinine above 1.5 mg/dL"


def parse(text: str) -> CohortQuery:
    """Understand a question.

    Raises:
        QueryError: Where a part of it means nothing.
    """
    rest = " ".join(text.split())
    if not rest:
        message = "nothing is asked for"
        raise QueryError(message, advice=f"ask for something, such as: {EXAMPLE}")
    sex, rest, ages = _whom(rest)
    youngest, oldest, rest = _age(rest, *ages)
    conditions = tuple(_condition(part) for part in _parts(rest))
    return CohortQuery(sex, youngest, oldest, conditions)


def _whom(text: str) -> tuple[Literal["male", "female"] | None, str, tuple[int | None, int | None]]:
    word, _, rest = text.partition(" ")
    key = word.casefold().rstrip(",")
    if key not in _SEXES:
        return None, text, (None, None)
    return _SEXES[key], rest, _AGES.get(key, (None, None))


def _age(text: str, youngest: int | None, oldest: int | None) -> tuple[int | None, int | None, str]:
    between = _BETWEEN.match(text)
    if between:
        return int(float(between[1])), int(float(between[2])), text[between.end() :]
    found = _AGE.match(text)
    if not found:
        return youngest, oldest, text
    years = float(found[2])
    bound = _BOUNDS.get((found["bound"] or "").casefold(), "=")
    if found[0].casefold().startswith("older than"):
        bound = ">"
    elif found[0].casefold().startswith("younger than"):
        bound = "<"
    rest = text[found.end() :]
    lowest = {">": int(years) + 1, ">=": int(years), "=": int(years)}
    highest = {"<": int(-(-years // 1)) - 1, "<=": int(years), "=": int(years)}
    return lowest.get(bound, youngest), highest.get(bound, oldest), rest


def _parts(text: str) -> list[tuple[bool, str]]:
    """Conditions in words, each with whether it must be absent."""
    parts: list[tuple[bool, list[str]]] = [(False, [])]
    for word in text.replace(",", " and ").split():
        key = word.casefold()
        if key in {"and", "with"}:
            parts.append((False, []))
        elif key in {"no", "not", "without"}:
            parts.append((True, []))
        else:
            parts[-1][1].append(word)
    return [(absent, " ".join(words)) for absent, words in parts if words]


def _condition(part: tuple[bool, str]) -> Condition:
    absent, whole = part
    text, when = take_time(whole)
    first, _, rest = text.partition(" ")
    kind = _KINDS.get(first.casefold().rstrip(":"))
    words = rest if kind and rest else text
    measure = _MEASURE.fullmatch(words)
    if measure and kind in {None, "measurement"}:
        bound = _BOUNDS[measure["bound"].casefold()]
        named = tuple(measure["words"].split())
        value, unit = float(measure[3]), measure["unit"]
        _refuse_whom(whole, named)
        return Condition("measurement", named, bound, value, unit, absent, _longer(named), when)
    _refuse_unclear(whole, words)
    allergy = take_allergy(text)
    if allergy is not None:
        return Condition("allergy", allergy, absent=absent, when=when)
    named = tuple(words.split())
    if kind is None and any(word.casefold() in _MODALITIES for word in named):
        named = tuple(_MODALITIES.get(word.casefold(), word) for word in named)
        return Condition("imaging", named, absent=absent, when=when)
    return Condition(kind or "any", named, absent=absent, also=_longer(named), when=when)


def _refuse_unclear(whole: str, words: str) -> None:
    """Raise a `QueryError` where a condition has no words, or a bound without a number."""
    message = f"“{whole}” was not understood"
    if not any(character.isalnum() for character in words):
        advice = (
            "say what is looked for in letters or by its code, such as: diabetes, or 2160-0 above 1.5 mg/dL"
        )
        raise QueryError(message, part=whole, advice=advice)
    if "or" in words.casefold().split():
        advice = "“or” cannot be asked: ask once for each"
        raise QueryError(message, part=whole, advice=advice)
    if any(word.casefold() in _BOUNDS for word in words.split()):
        advice = "a bound needs a number in digits, such as: over 60"
        raise QueryError(message, part=whole, advice=advice)


def _refuse_whom(whole: str, words: tuple[str, ...]) -> None:
    """Raise a `QueryError` where an age was taken for a measurement, as in "diabetic women over 60"."""
    if any(word.casefold() in _SEXES for word in words):
        message = f"“{whole}” was not understood"
        raise QueryError(message, part=whole, advice="say whom first, such as: women over 60 with diabetes")


def _longer(words: tuple[str, ...]) -> tuple[str, ...]:
    """The long words for short ones; empty where there are none."""
    if not any(word.casefold() in _SHORT for word in words):
        return ()
    return tuple(part for word in words for part in _SHORT.get(word.casefold(), word).split())
