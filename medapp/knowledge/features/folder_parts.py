"""A plan of features as plain values, and back; everything that is not a plan is refused."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final, get_args

from medapp.knowledge.features.columns import Statistic
from medapp.knowledge.features.plan import FeaturePlan, Variable
from medapp.knowledge.quality.findings import KINDS

if TYPE_CHECKING:
    from medapp.domain.record.summary import Key
    from medapp.knowledge.quality.findings import Kind

_STATISTICS: Final = frozenset(get_args(Statistic))


class FeatureFolderError(ValueError):
    """A folder of features that cannot be used; the message is a sentence without patient data."""


def json_of(content: bytes, name: str) -> Any:  # noqa: ANN401 - any JSON
    """The JSON of a part.

    Raises:
        FeatureFolderError: Where it is none.
    """
    try:
        return json.loads(content.decode())
    except (ValueError, RecursionError) as error:
        message = f"{name} is no JSON"
        raise FeatureFolderError(message) from error


def plan_to(plan: FeaturePlan, codes: tuple[Key, ...]) -> dict[str, Any]:
    """A plan, and the codes of an embedding in the order of its vectors."""
    return {
        "variables": [
            {"system": one.key[0], "code": one.key[1], "title": one.title, "unit": one.unit,
             "is_timed": one.is_timed}
            for one in plan.variables
        ],
        "codes": [[*key, title] for key, title in plan.codes],
        "windows_days": list(plan.windows_days),
        "statistics": list(plan.statistics),
        "flags": [[kind, *key, title] for kind, key, title in plan.flags],
        "carried": [list(key) for key in plan.carried],
        "embedding": [list(key) for key in codes],
    }  # fmt: skip


def plan_from(found: Any) -> tuple[FeaturePlan, tuple[Key, ...]]:  # noqa: ANN401 - any JSON
    """A plan and the codes of an embedding, back from plain values.

    Raises:
        FeatureFolderError: Where they are not those of a plan.
    """
    try:
        variables = tuple(_variable(one) for one in found["variables"])
        codes = tuple((_key(one[:2]), _text(one[2])) for one in found["codes"])
        windows = tuple(_days(one) for one in found["windows_days"])
        statistics = tuple(_statistic(one) for one in found["statistics"])
        flags = tuple((_kind(one[0]), _key(one[1:3]), _text(one[3])) for one in found["flags"])
        carried = tuple(_key(one) for one in found["carried"])
        embedded = tuple(_key(one) for one in found["embedding"])
    except (KeyError, IndexError, TypeError, ValueError) as error:
        message = "plan.json does not hold a plan of features"
        raise FeatureFolderError(message) from error
    return FeaturePlan(variables, codes, windows, statistics, flags, carried), embedded


def _variable(found: dict[str, Any]) -> Variable:
    if not isinstance(found["is_timed"], bool):
        raise TypeError
    return Variable(
        _key([found["system"], found["code"]]), _text(found["title"]), _text(found["unit"]), found["is_timed"]
    )


def _key(found: list[Any]) -> Key:
    system, code = found
    return _text(system), _text(code)


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise TypeError
    return found


def _days(found: object) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise TypeError
    if not math.isfinite(found) or found < 0:
        raise ValueError
    return float(found)


def _statistic(found: Statistic) -> Statistic:
    if found not in _STATISTICS:
        raise ValueError
    return found


def _kind(found: Kind) -> Kind:
    if found not in KINDS:
        raise ValueError
    return found
