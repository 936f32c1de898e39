"""Units as laboratories and wards write them, and their UCUM codes."""

from __future__ import annotations

import re
from functools import lru_cache

from medapp.knowledge.units.ucum import MOST_CHARACTERS, parse

_AMBIGUOUS = frozenset({"G/L", "G/l", "MU/L", "MU/ML", "MM/L", "M/L", "M/l", "UNIT", "units", "Mg", "Cal"})
"""One spelling, two units in use, a thousand or more apart: grams or 10*9 per litre, milli or mega."""

_WHOLE = {
    "%": "%", "percent": "%", "pct": "%", "vol%": "%", "%cv": "%",
    "mmhg": "mm[Hg]", "mm(hg)": "mm[Hg]", "mm[hg]": "mm[Hg]", "mm/hg": "mm[Hg]", "torr": "mm[Hg]",
    "cmh2o": "cm[H2O]", "cm/h2o": "cm[H2O]", "cm(h2o)": "cm[H2O]", "cm[h2o]": "cm[H2O]",
    "c": "Cel", "c.": "Cel", "degc": "Cel", "degreesc": "Cel", "celsius": "Cel", "cel": "Cel", "°c": "Cel",
    "f": "[degF]", "degf": "[degF]", "fahrenheit": "[degF]", "°f": "[degF]", "[degf]": "[degF]",
    "bpm": "/min", "beats/min": "/min", "beats/minute": "/min", "breaths/min": "/min", "insp/min": "/min",
    "lpm": "L/min", "l/min": "L/min", "/min": "/min", "/minute": "/min", "/hpf": "/[HPF]", "/(hpf)": "/[HPF]",
    "/lpf": "/[LPF]", "/ul": "/uL", "/mm3": "/uL", "/cumm": "/uL", "cells/ul": "{cells}/uL",
    "cells/mm3": "{cells}/uL", "copies/ml": "{copies}/mL", "ratio": "{ratio}", "score": "{score}",
    "inr": "{INR}", "ph": "[pH]", "[ph]": "[pH]", "index": "{index}", "uug": "pg", "u3": "um3",
    "ml/min/1.73m2": "mL/min/{1.73_m2}", "ml/min/1.73m^2": "mL/min/{1.73_m2}",
    "ml/min/1.73sqm": "mL/min/{1.73_m2}", "ml/min/{1.73_m2}": "mL/min/{1.73_m2}",
    "ml/min/1.73": "mL/min/{1.73_m2}", "kg/m2": "kg/m2", "kg/m^2": "kg/m2", "kg/m**2": "kg/m2",
    "mosm/kgh2o": "mosm/kg", "mg/24hr": "mg/{24.h}", "mg/24h": "mg/{24.h}", "mg/24hrs": "mg/{24.h}",
    "g/24h": "g/{24.h}", "g/24hr": "g/{24.h}", "/100wbc": "/100{WBCs}", "mm/h": "mm/h", "mm/hr": "mm/h",
    "mm/hr.": "mm/h", "mm/1h": "mm/h", "lb": "[lb_av]", "lbs": "[lb_av]", "pounds": "[lb_av]",
    "oz": "[oz_av]", "in": "[in_i]", "inch": "[in_i]", "inches": "[in_i]", "ft": "[ft_i]", "gtt": "[drp]",
    "drop": "[drp]", "drops": "[drp]", "millionunits": "10*6.[IU]", "1": "1",
}  # fmt: skip

_ABOVE = {
    "g": "g", "gm": "g", "gms": "g", "gram": "g", "grams": "g", "kg": "kg", "mg": "mg", "mgs": "mg",
    "ug": "ug", "mcg": "ug", "ng": "ng", "pg": "pg", "mol": "mol", "mmol": "mmol", "umol": "umol",
    "mcmol": "umol", "nmol": "nmol", "pmol": "pmol", "eq": "eq", "meq": "meq", "mval": "meq",
    "osm": "osm", "mosm": "mosm", "mosmol": "mosm", "u": "U", "unit": "U", "mu": "mU",
    "iu": "[IU]", "[iu]": "[IU]", "miu": "m[IU]", "m[iu]": "m[IU]", "mciu": "u[IU]", "uiu": "u[IU]",
    "u[iu]": "u[IU]", "microiu": "u[IU]", "kiu": "k[IU]", "k[iu]": "k[IU]", "ku": "kU", "kat": "kat",
    "ukat": "ukat", "nkat": "nkat", "l": "L", "dl": "dL", "ml": "mL", "mls": "mL", "cc": "mL", "ul": "uL",
    "mcl": "uL", "fl": "fL", "um3": "um3", "m2": "m2", "cm": "cm", "mm": "mm", "um": "um", "m": "m",
    "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "second(s)": "s", "ms": "ms",
    "msec": "ms", "min": "min", "minute": "min", "minutes": "min", "h": "h", "hr": "h", "hrs": "h",
    "hour": "h", "hours": "h", "d": "d", "day": "d", "days": "d", "week": "wk", "weeks": "wk", "wk": "wk",
    "month": "mo", "months": "mo", "year": "a", "years": "a", "yr": "a", "yrs": "a", "kpa": "kPa",
}  # fmt: skip

_BELOW = {
    **{name: code for name, code in _ABOVE.items() if name not in {"u", "unit", "mu", "iu", "f", "c"}},
    "mm3": "uL", "mm^3": "uL", "cumm": "uL", "cmm": "uL", "mmcu": "uL", "lt": "L", "ltr": "L", "liter": "L",
    "litre": "L",
}  # fmt: skip

_COUNTS = {
    "k": "10*3", "th": "10*3", "thou": "10*3", "thousand": "10*3", "thous": "10*3", "1000": "10*3",
    "m": "10*6", "mil": "10*6", "mill": "10*6", "million": "10*6", "t": "10*12", "tera": "10*12",
    "giga": "10*9", "bil": "10*9", "billion": "10*9",
}  # fmt: skip

_CODES_ALREADY = frozenset({"S", "H", "Ms", "D"})
"""Siemens, henry, megasecond, debye: capitals that mean what UCUM says."""
_PLURAL_UNITS = {"units": "U", "unit": "U", "unit(s)": "U"}
_POWER = re.compile(r"x?10(?:\*\*|\^|\*|e|\()?\+?(\d{1,2})\)?")
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=4096)
def ucum(spelling: str) -> str:
    """The UCUM code of a unit as it is written; empty where it is not known or stands for two.

    A spelling in the wrong case or with a laboratory's own words comes first: ``K/uL`` is thousands, though
    UCUM would read kelvin per microlitre.
    """
    spelling = spelling.strip()
    if not spelling or len(spelling) > MOST_CHARACTERS or spelling in _AMBIGUOUS:
        return ""
    if spelling in _CODES_ALREADY:
        return spelling
    folded = _folded(spelling)
    code = _WHOLE.get(folded) or _assembled(folded)
    if code:
        return code
    return spelling if parse(spelling) is not None else ""


def _folded(spelling: str) -> str:
    text = spelling.replace("µ", "u").replace("μ", "u").replace("&#176;", "°").replace("º", "°")
    text = text.replace("²", "2").replace("³", "3").replace("⁹", "9").replace("¹²", "12").replace("·", ".")
    text = re.sub(r"\bper\b", "/", text.casefold())
    text = re.sub(r"^x ?10 (?=\d)", "10^", text)
    return _SPACES.sub("", text)


def _assembled(folded: str) -> str:
    """A code of one or two parts, each of which is known."""
    above, slash, below = folded.partition("/")
    if not slash:
        power = _POWER.fullmatch(above)
        if above in {"u", "iu", "unit", "m", "f", "c"}:
            return {"iu": "[IU]", "u": "U"}.get(above, "")
        # `10(3)mcL` leaves the stroke out.
        joined = re.fullmatch(r"(x?10\(\d{1,2}\))(mcl|ul|l)", above)
        if joined:
            return _assembled(f"{joined[1]}/{joined[2]}")
        return f"10*{power[1]}" if power else _ABOVE.get(above, "")
    under = _BELOW.get(below, "")
    if not under:
        return ""
    return _counted(above, under) or _quantified(above, under)


def _counted(above: str, under: str) -> str:
    power = _POWER.fullmatch(above)
    if power:
        return f"10*{power[1]}/{under}"
    # A count per litre written with one letter is left to the cases that say which letter was meant.
    if above in _COUNTS and (under == "uL" or (under == "L" and above not in {"k", "m", "th"})):
        return f"{_COUNTS[above]}/{under}"
    return ""


def _quantified(above: str, under: str) -> str:
    code = _PLURAL_UNITS.get(above) or _ABOVE.get(above, "")
    return f"{code}/{under}" if code else ""
