"""A reference population as a CSV file: what is usual at an age.

Columns, in any order, separated by commas:

``structure``
    Key of the finding: ``hippocampus_left``, ``intracranial`` ..., or one that ends in ``_icv``.
``age_from``, ``age_to``
    Years; a row is for ages from the first up to but not including the second.
``sex``
    ``F``, ``M``, or empty for both.
``mean_ml``, ``sd_ml``
    Mean and standard deviation, in ml (in percent for ``_icv``); or, in place of them,
``q05``, ``q10``, ``q25``, ``q50``, ``q75``, ``q90``, ``q95`` ...
    Quantiles, two or more of them.
``n``, ``source``
    How many people, and where the row comes from; both are needed.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_NEEDED: Final = ("structure", "age_from", "age_to", "sex", "n", "source")
_QUANTILE: Final = re.compile(r"q(\d{1,2})")
_SEXES: Final = ("", "F", "M")
_MOST_BYTES: Final = 10_000_000
_FEWEST_QUANTILES: Final = 2


@dataclass(frozen=True, slots=True)
class Norm:
    """What is usual for a structure, an age and a sex.

    Attributes:
        mean, sd: None where quantiles are given.
        quantiles: Percent and value, in order.
    """

    structure: str
    age_from: float
    age_to: float
    sex: str
    count: int
    source: str
    mean: float | None = None
    sd: float | None = None
    quantiles: tuple[tuple[float, float], ...] = ()

    @property
    def words(self) -> str:
        """Whom it speaks of."""
        sex = {"F": ", women", "M": ", men"}.get(self.sex, "")
        return f"{self.source}, {self.count} people, {self.age_from:g} to {self.age_to:g} years{sex}"

    def percentile(self, value: float) -> float:
        """Percent of the population below a value; a straight line between quantiles, nothing beyond them."""
        if self.mean is not None and self.sd is not None:
            return 100 * NormalDist(self.mean, self.sd).cdf(value)
        (percent, before), *rest = self.quantiles
        if value <= before:
            return percent
        for next_percent, after in rest:
            if value <= after:
                share = (value - before) / (after - before) if after > before else 1.0
                return percent + share * (next_percent - percent)
            percent, before = next_percent, after
        return percent


@dataclass(frozen=True)
class Reference:
    """All rows of a file."""

    norms: tuple[Norm, ...]

    def norm(self, structure: str, age: float, sex: str) -> Norm | None:
        """The row for a patient, one of their sex before one of both; None where there is none."""
        found = [
            one
            for one in self.norms
            if one.structure == structure and one.age_from <= age < one.age_to and one.sex in {"", sex}
        ]
        return max(found, key=lambda one: one.sex != "", default=None)


def read_reference(path: Path) -> Reference:
    """Read a file.

    Raises:
        ValueError: With the line, where it is not as described above.
        OSError: Where it cannot be read.
    """
    if path.stat().st_size > _MOST_BYTES:
        message = "it is too large for a table of reference values"
        raise ValueError(message)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            lacking = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
            if lacking:
                message = f"its first line lacks the column {lacking[0]!r}"
                raise ValueError(message)
            norms = tuple(_norm(row, reader.line_num) for row in reader)
    except (UnicodeDecodeError, csv.Error) as error:
        message = "it is no text with values separated by commas"
        raise ValueError(message) from error
    if not norms:
        message = "it has no row"
        raise ValueError(message)
    return Reference(norms)


def _norm(row: Mapping[str, str | None], line: int) -> Norm:
    sex = (row["sex"] or "").strip().upper()
    if sex not in _SEXES:
        message = f"line {line}: sex is {sex!r}, not F, M or empty"
        raise ValueError(message)
    mean, sd = (_number(row, name, line) for name in ("mean_ml", "sd_ml"))
    quantiles = _quantiles(row, line)
    if (mean is None or sd is None or sd <= 0) and len(quantiles) < _FEWEST_QUANTILES:
        message = f"line {line}: it has neither mean_ml and sd_ml nor two quantiles"
        raise ValueError(message)
    ages = [_number(row, name, line) for name in ("age_from", "age_to")]
    count, source = _number(row, "n", line), (row["source"] or "").strip()
    if ages[0] is None or ages[1] is None or ages[0] >= ages[1]:
        message = f"line {line}: age_from and age_to are no range of ages"
        raise ValueError(message)
    if count is None or count < 1 or not source:
        message = f"line {line}: it does not say of how many people (n) and where it comes from (source)"
        raise ValueError(message)
    given = mean is not None and sd is not None and sd > 0
    return Norm(
        (row["structure"] or "").strip(),
        ages[0],
        ages[1],
        sex,
        int(count),
        source,
        mean if given else None,
        sd if given else None,
        quantiles,
    )


def _quantiles(row: Mapping[str, str | None], line: int) -> tuple[tuple[float, float], ...]:
    found = []
    for name in row:
        match = _QUANTILE.fullmatch(name or "")
        value = _number(row, name, line) if match else None
        if match and value is not None:
            found.append((float(match[1]), value))
    found.sort()
    if any(one[1] > other[1] for one, other in pairwise(found)):
        message = f"line {line}: its quantiles do not grow"
        raise ValueError(message)
    return tuple(found)


def _number(row: Mapping[str, str | None], name: str, line: int) -> float | None:
    text = (row.get(name) or "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        message = f"line {line}: {name} is {text!r}, no number"
        raise ValueError(message)
    return value
