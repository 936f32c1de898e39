"""Roles of columns of a table that is not known: by their names, and by what they hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from medapp.domain.record.coding import ATC, CVX, ICD9CM, ICD10CM, LOINC, NDC, RXNORM, SNOMED

if TYPE_CHECKING:
    from medapp.formats.tables.mapping import Kind, Role
    from medapp.formats.tables.profile import Profile


class Guess(NamedTuple):
    """A role, how sure it is, and why."""

    role: Role
    certainty: float
    reason: str
    system: str = ""


_LABELS: frozenset[Kind] = frozenset({"number", "word", "text"})
_WORDS: frozenset[Kind] = frozenset({"word", "text"})
_DATES: frozenset[Kind] = frozenset({"date"})
_NUMBERS: frozenset[Kind] = frozenset({"number"})
_FINDINGS: frozenset[Kind] = frozenset({"number", "word", "truth"})

_NAMES: tuple[tuple[Role, str, frozenset[Kind]], ...] = (
    (
        "subject",
        (
            "patientid subjectid personid pid patient subject recordid mrn patientno patientnumber patientnr "
            "studyid participantid participant caseno"
        ),
        _LABELS,
    ),
    (
        "encounter",
        "encounterid encounter visitid visit hadmid stayid admissionid icustayid visitno",
        _LABELS,
    ),
    ("sex", "sex gender male female geschlecht sexe sexo", _FINDINGS),
    ("age", "age ageyears ageyr agey alter edad anchorage ageatdiagnosis ageatvisit", _LABELS),
    ("birth", "birthdate dateofbirth dob birthday geburtsdatum", _DATES),
    ("death", "deathdate dateofdeath dod deathtime", _DATES),
    ("given", "firstname givenname forename first vorname", _WORDS),
    ("family", "lastname surname familyname nachname", _WORDS),
    ("identifier", "ssn socialsecuritynumber nhsnumber passport insuranceno", _LABELS),
    ("line", "address street addressline", _WORDS),
    ("postal", "zip zipcode postcode postalcode", _LABELS),
    ("ignore", "phone telephone mobile email mail fax url website", _LABELS),
    (
        "start",
        (
            "date datetime timestamp startdate start visitdate sampledate collectiondate charttime collected "
            "observationdate collectedat datum resultdate testdate"
        ),
        _DATES,
    ),
    ("end", "enddate end stop stopdate endtime", _DATES),
    ("time", "time timeofday uhrzeit", _WORDS),
    ("offset", "day days offset minute minutes hour hours week weeks month months", _NUMBERS),
    (
        "name",
        (
            "test testname analyte labname lab parameter measurement variable name itemname event "
            "observation concept component description label item"
        ),
        _WORDS,
    ),
    (
        "value",
        "value result valuenum resultvalue numericvalue measurementvalue wert",
        _FINDINGS | _WORDS,
    ),
    ("unit", "unit units uom valueuom resultunit einheit valueunit", _WORDS),
    ("low", "low lowerlimit referencelow reflow rangelow lln refrangelower", _NUMBERS),
    ("high", "high upperlimit referencehigh refhigh rangehigh uln refrangeupper", _NUMBERS),
    ("flag", "flag abnormalflag abnormal interpretation", _FINDINGS),
    (
        "outcome",
        (
            "outcome class label target death died dead status survival survive inhospitaldeath mortality "
            "severity risklevel futime deathevent readmission readmitted hospitalexpireflag lengthofstay los "
            "recur etype time pstat ptime rtime dtime overalldiagnosis vitalstatus survivaltime survtime "
            "survivaldays survivalmonths osmonths osdays osstatus pfsmonths pfsdays pfsstatus dfsmonths "
            "followup followuptime followupdays followupmonths followupyears timetoevent timetodeath "
            "daystodeath daystolastfollowup eventtime censor censored relapse recurrence progression"
        ),
        _FINDINGS,
    ),
    ("comment", "comment comments note remark remarks bemerkung", _WORDS),
)

_CODES = {
    "loinc": LOINC, "loinccode": LOINC, "icd10": ICD10CM, "icd10code": ICD10CM, "icd9": ICD9CM,
    "icd9code": ICD9CM, "atc": ATC, "atccode": ATC, "snomed": SNOMED, "snomedcode": SNOMED,
    "rxnorm": RXNORM, "rxcui": RXNORM,
    "ndc": NDC, "cvx": CVX,
}  # fmt: skip
_LOINC = re.compile(r"\d{1,5}-\d")
_ATC = re.compile(r"[A-V]\d{2}[A-Z]{2}\d{2}")
_WORD = re.compile(r"[^a-z0-9]+")
_NUMBER_OF = re.compile(r"(?:[ ._-]|(?<=[a-z]))(?:id|ID|Id|number|no)$")
_PLAIN_ID = "id"
_MANY = 20


def folded(header: str) -> str:
    """A header without case and signs."""
    return _WORD.sub("", header.casefold())


def guess(profile: Profile, kind: Kind, *, is_long: bool, is_first: bool) -> Guess:
    """The role of one column.

    Args:
        profile: What it holds.
        kind: Of what it holds.
        is_long: Whether a row is one measurement rather than one patient.
        is_first: Whether no column before it was taken for the patient's number.
    """
    name = folded(profile.header)
    if kind == "empty":
        return Guess("ignore", 1.0, "no row seen says anything here")
    if name == _PLAIN_ID and is_first:
        return Guess("subject", 0.8, "named like a patient's number")
    coded = _coded(profile, name)
    if coded is not None:
        return coded
    for role, names, kinds in _NAMES:
        is_named = kind in kinds and name in names.split()
        if is_named and _is_fit(role, profile, is_long=is_long, is_first=is_first):
            return Guess(role, 0.8, f"named like {_ARTICLES.get(role, 'a column of this kind')}")
    return _by_content(profile, kind, is_long=is_long)


_ARTICLES = {
    "subject": "a patient's number", "encounter": "the number of a visit", "sex": "sex", "age": "age",
    "birth": "a birth date", "outcome": "an outcome", "value": "a value", "unit": "a unit",
    "name": "what was measured", "offset": "a time counted from an event", "start": "a date",
}  # fmt: skip


def _is_fit(role: Role, profile: Profile, *, is_long: bool, is_first: bool) -> bool:
    if role == "subject":
        return is_first and not any("." in value and not value.endswith(".0") for value in profile.cells)
    if role in {"name", "value", "unit", "low", "high", "flag"}:
        return is_long
    if role == "outcome":
        return not is_long
    if role == "sex":
        return profile.distinct <= _MANY
    return True


def _coded(profile: Profile, name: str) -> Guess | None:
    if name in _CODES:
        return Guess("code", 0.9, "named like codes of this terminology", _CODES[name])
    values = list(profile.cells)
    for pattern, system, words in ((_LOINC, LOINC, "LOINC"), (_ATC, ATC, "ATC")):
        if len(values) > 1 and all(pattern.fullmatch(value) for value in values):
            return Guess("code", 0.7, f"every value has the form of {words} codes", system)
    return (
        Guess("code", 0.6, "named like a code; of which terminology is not known") if name == "code" else None
    )


def _by_content(profile: Profile, kind: Kind, *, is_long: bool) -> Guess:
    if _NUMBER_OF.search(profile.header):
        return Guess("fact", 0.5, "a number of somebody or something else")
    if kind == "date":
        return Guess("fact", 0.5, "a date, of what is not known")
    if is_long:
        return Guess("fact", 0.4, "stands beside the measurement; what it says is not known")
    if kind == "text" and profile.is_unique and profile.distinct > _MANY:
        return Guess("ignore", 0.5, "free text, different in every row: it may tell who somebody is")
    return Guess("value", 0.6, "a measurement or finding of each patient, called as the column is")


def is_long(headers: list[str], kinds: list[Kind]) -> bool:
    """Whether a row is one measurement: there is a column of what was measured, and one of what was found."""
    names = {folded(header): kind for header, kind in zip(headers, kinds, strict=True)}
    if set(names) & set(_CODES) or "code" in names:
        return True
    what = any(name in _names_of("name") and kind in {"word", "text"} for name, kind in names.items())
    found = any(name in _names_of("value") for name in names)
    return what and (found or len(names) <= 4)  # noqa: PLR2004  an id, a time and an event


def _names_of(role: Role) -> set[str]:
    return set(next(names for one, names, _kinds in _NAMES if one == role).split())
