"""What a living body cannot have.

Bounds are the columns OUTLIER LOW and OUTLIER HIGH of the table of variable ranges of MIMIC-Extract (Wang et
al., ACM CHIL 2020, https://github.com/MLforHealth/MIMIC_Extract, resources/variable_ranges.csv), beyond which
its clinicians take a value for an error of writing or measuring. Height and weight go up to the largest ever
recorded (Guinness World Records: 272 cm, 635 kg); oxygen saturation to the 101 % of the arterial row.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from medapp.domain.record.coding import LOINC
from medapp.knowledge.quality.scaling import code_of, line


@dataclass(frozen=True, slots=True)
class Limit:
    """Bounds of one thing that is measured.

    Attributes:
        unit: UCUM code that the bounds are in; ``1`` where it is a number by itself (pH, a score).
        loinc: Its LOINC codes.
        words: Names of columns that can mean nothing else, in lower case without signs.
    """

    name: str
    low: float
    high: float
    unit: str
    loinc: frozenset[str]
    words: frozenset[str]


_TABLE: Final = """
alanine aminotransferase|0|11000|U/L|1742-6 1743-4 1744-2|alt sgpt alanineaminotransferase
albumin|0|60|g/dL|1751-7|albumin
alkaline phosphatase|0|4000|U/L|6768-6|alp alkphos alkalinephosphatase
aspartate aminotransferase|0|22000|U/L|1920-8|ast sgot aspartateaminotransferase
bicarbonate|0|66|mmol/L|1963-8 1959-6 1960-4|hco3 bicarbonate
bilirubin|0|66|mg/dL|1975-2 42719-5|bilirubin bili totalbilirubin
urea nitrogen|0|275|mg/dL|3094-0 6299-2|bun ureanitrogen
chloride|0|200|mmol/L|2075-0 2069-3|chloride
cholesterol|0|660|mg/dL|2093-3|cholesterol chol totalcholesterol
creatinine|0|66|mg/dL|2160-0 38483-4|creatinine serumcreatinine
diastolic blood pressure|0|375|mm[Hg]|8462-4 76213-8|diasabp nidiasabp dbp diastolicbp diastolicbloodpressure
systolic blood pressure|0|375|mm[Hg]|8480-6 76215-3|sysabp nisysabp sbp systolicbp systolicbloodpressure
mean blood pressure|0|375|mm[Hg]|8478-0 76214-6|map nimap meanbloodpressure
inspired oxygen|0.2|1.1|1|3150-6 19996-8|fio2
glasgow coma scale|3|15|1|9269-2|gcs gcstotal glasgowcomascale
glucose|0|2200|mg/dL|2345-7 2339-0 41653-7|glucose bloodglucose
heart rate|0|390|/min|8867-4|hr heartrate pulse pulserate
height|0|272|cm|8302-2|height heightcm bodyheight
hematocrit|0|100|%|4544-3 20570-8|hct hematocrit haematocrit
hemoglobin|0|30|g/dL|718-7|hgb hemoglobin haemoglobin
lactate|0|33|mmol/L|2524-7 32693-4|lactate
magnesium|0|22|mg/dL|19123-9 2601-3|magnesium
oxygen saturation|0|101|%|2708-6 59408-5|sao2 spo2 oxygensaturation
carbon dioxide pressure|0|220|mm[Hg]|2019-8 11557-6|paco2 pco2
oxygen pressure|0|770|mm[Hg]|2703-7 11556-8|pao2 po2
pH|6.3|10|1|2744-1 11558-4 2746-6|ph arterialph
phosphate|0|22|mg/dL|2777-1|phosphate
platelets|0|2200|10*3/uL|777-3 26515-7|platelets plateletcount plt
potassium|0|15|mmol/L|2823-3 6298-4|potassium
respiratory rate|0|330|/min|9279-1|resprate respiratoryrate
sodium|0|250|mmol/L|2951-2 2947-0|sodium
temperature|14.2|47|Cel|8310-5 8331-1 8329-5|temp temperature bodytemperature
troponin I|0|575|ng/mL|10839-9|troponini
troponin T|0|24|ng/mL|6598-7|troponint
weight|0|635|kg|29463-7 3141-9|weight weightkg bodyweight
white blood cells|0|1100|10*3/uL|6690-2 26464-8|wbc whitebloodcells whitebloodcellcount
"""

_STATISTICS: Final = frozenset({
    "first", "last", "lowest", "highest", "median", "mean", "min", "max", "minimum", "maximum", "average",
    "std", "sum",
})  # fmt: skip
_WORD: Final = re.compile(r"[A-Za-z0-9]+")


def _read() -> tuple[Limit, ...]:
    found = []
    for row in _TABLE.strip().splitlines():
        name, low, high, unit, loinc, words = row.split("|")
        found.append(
            Limit(name, float(low), float(high), unit, frozenset(loinc.split()), frozenset(words.split()))
        )
    return tuple(found)


LIMITS: Final = _read()
_BY_LOINC: Final = {code: limit for limit in LIMITS for code in limit.loinc}
_BY_WORD: Final = {word: limit for limit in LIMITS for word in limit.words}


def base_name(title: str) -> tuple[str, str]:
    """Name of a column without its statistic, in lower case without signs, and the statistic.

    ``HR_lowest`` is ``hr`` and ``lowest``; of a column without one the second is empty.
    """
    words = [word.casefold() for word in _WORD.findall(title)]
    statistic = words.pop() if len(words) > 1 and words[-1] in _STATISTICS else ""
    return "".join(words), statistic


def limit_of(system: str, code: str, title: str) -> Limit | None:
    """The bounds of a variable, by LOINC, else by the name of its column; None where there are none."""
    if system == LOINC:
        return _BY_LOINC.get(code)
    name, statistic = base_name(title)
    return None if statistic in {"std", "sum"} else _BY_WORD.get(name)


@lru_cache(maxsize=4096)
def bounds_in(limit: Limit, unit: str, loinc: str = "") -> tuple[float, float] | None:
    """The bounds in another unit; None where the two cannot be held against each other.

    A value without a unit is held against zero alone, as no unit is guessed: no amount or rate is negative.
    """
    if limit.unit == "1":
        is_share = limit.high < 3 and code_of(unit) == "%"  # noqa: PLR2004  a share, stated in per cent
        return (limit.low * 100, limit.high * 100) if is_share else (limit.low, limit.high)
    if not unit:
        return None if limit.unit == "Cel" else (0.0, math.inf)
    scale = line(unit, limit.unit, loinc)
    if scale is None or scale[0] <= 0:
        return None
    return (limit.low - scale[1]) / scale[0], (limit.high - scale[1]) / scale[0]


def outside(limit: Limit, value: float, unit: str, loinc: str = "") -> str:
    """``below``, ``above`` or ``negative`` where a value cannot be; empty where it can, or none knows."""
    bounds = bounds_in(limit, unit, loinc)
    if bounds is None:
        return ""
    if value < bounds[0]:
        return "negative" if value < 0 and not limit.low else "below"
    return "above" if value > bounds[1] else ""
