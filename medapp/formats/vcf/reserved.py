"""Keys that the specification reserves, by edition.

From its tables "Reserved INFO keys" and "Reserved genotype keys", and from the sections on structural
variants. Editions 4.1 and 4.2 name most keys without a table; what 4.3 lays down for them is what their text
means.
"""

from __future__ import annotations

import re

from medapp.formats.vcf.definition import FLAG, FLOAT, INTEGER, STRING, Definition

TABLES_SINCE = 3
STRUCTURAL_SINCE = 4

_FLAG = Definition("0", FLAG)
_TEXT = Definition("1", STRING)
_COUNT = Definition("1", INTEGER, least=0)
_DEPTHS = Definition("R", INTEGER, least=0)
_WHOLE = Definition("1", INTEGER)
_TEXTS = Definition(".", STRING)
_TEXT_EACH = Definition("A", STRING)

_INFO = {
    "AA": _TEXT,
    "AC": Definition("A", INTEGER, least=0),
    "AF": Definition("A", FLOAT, least=0, most=1),
    "AN": _COUNT,
    "BQ": Definition("1", FLOAT, least=0),
    "CIGAR": _TEXT_EACH,
    "DB": _FLAG,
    "DP": _COUNT,
    "END": _COUNT,
    "H2": _FLAG,
    "H3": _FLAG,
    "MQ": Definition("1", FLOAT, also=INTEGER, least=0),
    "MQ0": _COUNT,
    "NS": _COUNT,
    "SOMATIC": _FLAG,
    "VALIDATED": _FLAG,
    "1000G": _FLAG,
    "IMPRECISE": _FLAG,
    "NOVEL": _FLAG,
    "SVTYPE": _TEXT,
}
_INFO_OF_TABLES = {"AD": _DEPTHS, "ADF": _DEPTHS, "ADR": _DEPTHS, "SB": Definition("4", INTEGER)}
_STRUCTURAL_TO_43 = {
    "SVLEN": Definition(".", INTEGER),
    "CIPOS": Definition("2", INTEGER),
    "CIEND": Definition("2", INTEGER),
    "CILEN": Definition("2", INTEGER),
    "HOMLEN": Definition(".", INTEGER),
    "HOMSEQ": _TEXTS,
    "BKPTID": _TEXTS,
    "MEINFO": Definition("4", STRING),
    "METRANS": Definition("4", STRING),
    "DGVID": _TEXT,
    "DBVARID": _TEXT,
    "DBRIPID": _TEXT,
    "MATEID": _TEXTS,
    "PARID": _TEXT,
    "EVENT": _TEXT,
    "DPADJ": Definition(".", INTEGER),
    "CN": _WHOLE,
    "CNADJ": Definition(".", INTEGER),
    "CICN": Definition("2", INTEGER),
    "CICNADJ": Definition(".", INTEGER),
}
_STRUCTURAL_FROM_44 = {
    "SVLEN": Definition("A", INTEGER),
    "CIPOS": Definition(".", INTEGER),
    "CIEND": Definition(".", INTEGER),
    "CILEN": Definition(".", INTEGER),
    "HOMLEN": Definition("A", INTEGER),
    "MEINFO": _TEXTS,
    "METRANS": _TEXTS,
    "CN": Definition("A", FLOAT),
    "CICN": Definition(".", FLOAT),
    "RN": Definition("A", INTEGER, least=0),
    "RUS": _TEXTS,
    "RUL": Definition(".", INTEGER, least=0),
    "RUC": Definition(".", FLOAT, least=0),
    "RB": Definition(".", INTEGER, least=0),
    "CIRUC": Definition(".", FLOAT),
    "CIRB": Definition(".", INTEGER),
    "RUB": Definition(".", INTEGER, least=0),
} | dict.fromkeys(
    ("HOMSEQ", "BKPTID", "DGVID", "DBVARID", "DBRIPID", "MATEID", "PARID", "EVENT", "EVENTTYPE", "SVCLAIM"),
    _TEXT_EACH,
)

_PHREDS = Definition("G", INTEGER, least=0)
_LIKELIHOODS = Definition("G", FLOAT)
# One value a copy number, in spite of what Number says.
_COPY_NUMBERS = Definition("G", FLOAT, counted=False)

_FORMAT = {
    "GT": _TEXT,
    "DP": _COUNT,
    "FT": _TEXT,
    "GL": _LIKELIHOODS,
    "PL": _PHREDS,
    "GP": _LIKELIHOODS,
    "GQ": _COUNT,
    "HQ": Definition("2", INTEGER, least=0),
    "PS": _COUNT,
    "PQ": _COUNT,
    "EC": Definition("A", INTEGER, least=0),
    "MQ": _COUNT,
    "CN": _WHOLE,
    "CNQ": Definition("1", FLOAT),
    "NQ": _WHOLE,
    "HAP": _WHOLE,
    "AHAP": _WHOLE,
}
_FORMAT_TO_42 = {
    "GLE": Definition("G", STRING, counted=False),
    "CNL": Definition(".", FLOAT),
}
_FORMAT_FROM_43 = {
    "AD": _DEPTHS,
    "ADF": _DEPTHS,
    "ADR": _DEPTHS,
    "GP": Definition("G", FLOAT, least=0, most=1),
    "PP": _PHREDS,
    "CNL": _COPY_NUMBERS,
    "CNP": _COPY_NUMBERS,
}
_FORMAT_FROM_44 = {
    "PSL": Definition("P", STRING),
    "PSO": Definition("P", INTEGER),
    "PSQ": Definition("P", INTEGER, least=0),
    "CN": Definition("1", FLOAT, least=0),
    "CICN": Definition("2", FLOAT),
}
_LOCAL_DEPTHS = Definition("LR", INTEGER, least=0)
_FORMAT_FROM_45 = {
    "LEN": _COUNT,
    "LAA": Definition(".", INTEGER, least=1),
    "LA": Definition(".", INTEGER),
    "LAD": _LOCAL_DEPTHS,
    "LADF": _LOCAL_DEPTHS,
    "LADR": _LOCAL_DEPTHS,
    "LEC": Definition("LA", INTEGER, least=0),
    # The table says Integer, the values are those of GL and GP.
    "LGL": Definition("LG", FLOAT, also=INTEGER),
    "LGP": Definition("LG", FLOAT, also=INTEGER),
    "LPL": Definition("LG", INTEGER, least=0),
    "LPP": Definition("LG", INTEGER, least=0),
}
_MODIFICATION = re.compile(r"(DP|AD)?M(?:[0-9]+[ACGTUN]|5mC|5hmC|5fC|5caC|5hmU|5fU|5caU|6mA|8oxoG|XaoN)")


def info_keys(minor: int) -> dict[str, Definition]:
    """Reserved INFO keys of edition 4.`minor`."""
    keys = _INFO | (_STRUCTURAL_TO_43 if minor < STRUCTURAL_SINCE else _STRUCTURAL_FROM_44)
    return keys | _INFO_OF_TABLES if minor >= TABLES_SINCE else keys


def format_keys(minor: int) -> dict[str, Definition]:
    """Reserved FORMAT keys of edition 4.`minor`, base modifications apart."""
    keys = dict(_FORMAT)
    keys |= _FORMAT_FROM_43 if minor >= TABLES_SINCE else _FORMAT_TO_42
    if minor >= STRUCTURAL_SINCE:
        keys |= _FORMAT_FROM_44
    if minor > STRUCTURAL_SINCE:
        keys |= _FORMAT_FROM_45
    return keys


def modification(key: str) -> Definition | None:
    """The FORMAT key of a base modification (4.5), ``M5mC`` or ``ADM27551C``."""
    match = _MODIFICATION.fullmatch(key)
    if match is None:
        return None
    return Definition("M", INTEGER, least=0) if match.group(1) else Definition("M", FLOAT, least=0, most=1)
