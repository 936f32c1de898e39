"""Measurements that are kept inside of another, such as the systolic of a blood pressure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson
from sqlalchemy import LargeBinary, func, literal, select

from medapp.library.record import schema
from medapp.library.record.searching import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from medapp.domain.cohort import Condition

_HAS_PARTS: Final = b'"components":[{'
"""In the payload of an entry, as `medapp.api.codec` writes it."""


class Part(NamedTuple):
    """As a row of an entry, of which it has person, number, status and dates."""

    person: str
    id: int
    kind: str
    status: str
    display: str
    start: float | None
    stop: float | None
    value: float
    unit: str
    codes: str
    payload: None = None


def parts(
    connection: Connection,
    condition: Condition,
    not_so: tuple[str, ...],
    is_meant: Callable[[str, str, str], bool],
) -> Iterator[Part]:
    """Numbers inside of observations that have the words of a condition, or its code.

    Words may stand in the observation as well, but one at least in the part itself.

    Args:
        connection: What is asked.
        condition: Of kind ``measurement``.
        not_so: Status of what does not count.
        is_meant: Whether a title, with codes, inside of a panel of some title is what the words mean.
    """
    column = schema.entries.c
    statement = (
        select(
            schema.subjects.c.person,
            column.id,
            column.kind,
            column.status,
            column.display,
            column.start,
            column.stop,
            column.payload,
        )
        .join(schema.subjects, schema.subjects.c.key == column.subject)
        .where(
            column.kind == "Observation",
            column.value.is_(None),
            column.status.not_in(not_so),
            func.instr(column.payload, literal(_HAS_PARTS, LargeBinary)) > 0,
        )
    )
    known: dict[tuple[str, str], bool] = {}
    for row in connection.execute(statement):
        for one in orjson.loads(row.payload)["content"]["components"]:
            number = _number(one["value"])
            if number is None:
                continue
            title = _title(one["concept"])
            pair = (row.display, title)
            if pair not in known:
                known[pair] = _has_words(condition, *pair)
            codes = [(code["system"], code["value"]) for code in one["concept"]["codes"]]
            coded = "".join(f" {system}|{value}" for system, value in codes) + " "
            named = known[pair] and is_meant(title, coded, row.display)
            if named or condition.words in {(value,) for _, value in codes}:
                yield Part(
                    row.person, row.id, row.kind, row.status, title, row.start, row.stop, *number, coded
                )


def _number(value: Any) -> tuple[float, str] | None:  # noqa: ANN401 - any value of an observation
    """A number and its unit; None for all else, and for a bound (``< 5``)."""
    if not isinstance(value, dict) or "comparator" not in value or value["comparator"]:
        return None
    return float(value["value"]), value["code"] or value["unit"]


def _title(concept: dict[str, Any]) -> str:
    """As `Concept.display`."""
    codes = concept["codes"]
    named = next((code["display"] for code in codes if code["display"]), "")
    return concept["text"] or named or next((code["value"] for code in codes), "")


def _has_words(condition: Condition, whole: str, part: str) -> bool:
    own = words_of(part)
    text = own + words_of(whole)
    return any(
        words
        and all(words_of(word) in text for word in words)
        and any(words_of(word) in own for word in words)
        for words in (condition.words, condition.also)
    )
