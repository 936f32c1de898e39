"""How requests and results of `medapp_recommend_treatment` cross to a worker process and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from medapp.api.codec import dump, load
from medapp.api.results import RecommendResult
from medapp.api.wire import notice_facts
from medapp.domain.finding import Chart, Familiarity
from medapp.domain.notice import Notice
from medapp.domain.recommendation import Drug, Option

if TYPE_CHECKING:
    from pathlib import Path

_DRUGS = "drugs.json"
_OPTIONS = "options.json"


def write_drugs(current: tuple[Drug, ...], candidates: tuple[Drug, ...], folder: Path) -> None:
    """Write what a patient takes and what may be proposed into `folder` for `read_drugs`."""
    (folder / _DRUGS).write_bytes(dump({"current": current, "candidates": candidates}))


def read_drugs(folder: Path) -> tuple[tuple[Drug, ...], tuple[Drug, ...]]:
    """Current medicines and candidates; empty where none were written."""
    path = folder / _DRUGS
    if not path.is_file():
        return (), ()
    facts = orjson.loads(path.read_bytes())
    current, candidates = (
        tuple(load(orjson.dumps(one), Drug) for one in facts[name]) for name in ("current", "candidates")
    )
    return current, candidates


def options_report(result: RecommendResult) -> dict[str, Any]:
    """A result in JSON types."""
    found: dict[str, Any] = orjson.loads(
        dump(
            {
                "options": result.options,
                "abstained": result.abstained,
                "familiarity": result.familiarity,
                "charts": result.charts,
                "baseline": result.baseline,
                "day": result.day,
            }
        )
    )
    return found | {"notices": [notice_facts(notice) for notice in result.notices]}


def write_options(result: RecommendResult, folder: Path) -> None:
    """Write a result into `folder` for `read_options`."""
    (folder / _OPTIONS).write_bytes(dump(options_report(result)))


def read_options(folder: Path) -> RecommendResult:
    """Read a result.

    Raises:
        OSError: Where the file is missing.
        ValueError: Where it does not hold a result.
    """
    facts = orjson.loads((folder / _OPTIONS).read_bytes())
    familiarity, baseline = facts["familiarity"], facts["baseline"]
    return RecommendResult(
        options=tuple(load(orjson.dumps(one), Option) for one in facts["options"]),
        abstained=facts["abstained"],
        familiarity=None if familiarity is None else Familiarity(**familiarity),
        charts=tuple(load(orjson.dumps(one), Chart) for one in facts["charts"]),
        baseline=None if baseline is None else load(orjson.dumps(baseline), Option),
        notices=tuple(Notice(**notice) for notice in facts["notices"]),
        day=facts.get("day", ""),
    )
