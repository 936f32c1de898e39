"""What training data said of a variable (unit, bounds, median): never taken anew from other data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from medapp.knowledge.quality.outliers import Bounds

Key = tuple[str, str]
"""Terminology and code; an empty terminology and the words of a column that has no code."""
_ENDLESS = {"inf": math.inf, "-inf": -math.inf}


@dataclass(frozen=True, slots=True)
class Known:
    """One variable as training data had it.

    Attributes:
        system: Terminology of its code; empty for a column of a table.
        unit: The commonest that is stated; empty where none is.
        bounds: Beyond which a value is an outlier, in that unit; None where training data did not tell.
        median: Of the values against which nothing was found, in that unit; None without any.
    """

    system: str
    code: str
    title: str
    unit: str = ""
    bounds: Bounds | None = None
    median: float | None = None

    @property
    def key(self) -> Key:
        """What it is found by."""
        return self.system, self.code

    def to_dict(self) -> dict[str, Any]:
        """As plain values for JSON, which knows no infinite numbers."""
        bounds = None if self.bounds is None else [_finite(self.bounds.low), _finite(self.bounds.high)]
        return {
            "system": self.system,
            "code": self.code,
            "title": self.title,
            "unit": self.unit,
            "bounds": bounds,
            "median": self.median,
        }

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Known:
        """Back from plain values.

        Raises:
            KeyError, TypeError, ValueError: Where they are not those of a variable.
        """
        system, code, title, unit = (found[name] for name in ("system", "code", "title", "unit"))
        if not all(isinstance(one, str) for one in (system, code, title, unit)):
            message = "a variable is named by words"
            raise TypeError(message)
        bounds, middle = found["bounds"], found["median"]
        limits = None if bounds is None else Bounds(*(_number(one) for one in bounds))
        return cls(system, code, title, unit, limits, None if middle is None else _number(middle))


def _finite(value: float) -> float | str:
    return value if math.isfinite(value) else ("inf" if value > 0 else "-inf")


def _number(value: float | str) -> float:
    found = _ENDLESS[value] if isinstance(value, str) else float(value)
    if math.isnan(found):
        message = "a bound is a number"
        raise ValueError(message)
    return found
