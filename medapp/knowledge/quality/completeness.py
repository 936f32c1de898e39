"""Who lacks how many variables."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medapp.knowledge.quality.variables import Variable

_USUAL: Final = 0.5
"""Of a record only what so many patients have is expected of all."""


def lacking(names: Sequence[str], variables: Iterable[Variable], *, is_wide: bool) -> Counter[str]:
    """Number of variables that each row or patient lacks.

    Args:
        names: Patients by the number of their row or of themselves.
        variables: Of one table, or of a record.
        is_wide: Whether it is a table with one row a patient: then all of its columns are expected.
    """
    found: Counter[str] = Counter()
    for one in variables:
        if not is_wide and len(one.where) < _USUAL * len(names):
            continue
        found.update(name for number, name in enumerate(names) if number not in one.where)
    return found
