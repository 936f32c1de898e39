"""Which columns a model was fitted on, and the refusal of all others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

_SHOWN = 5


class SchemaError(ValueError):
    """A frame that is not like that which a model was fitted on; the message names columns, never values."""


@dataclass(frozen=True, slots=True)
class ColumnSchema:
    """One column; `unit` as UCUM, empty where it was not known when the model was fitted."""

    name: str
    unit: str
    kind: Literal["number", "category"]


def schema_of(frame: pd.DataFrame, units: Mapping[str, str]) -> tuple[ColumnSchema, ...]:
    """The columns of training data.

    Raises:
        SchemaError: Where two columns have one name.
    """
    import pandas as pd

    if frame.columns.has_duplicates:
        message = "two columns have the same name"
        raise SchemaError(message)
    return tuple(
        ColumnSchema(
            str(name),
            units.get(str(name), ""),
            "number" if pd.api.types.is_numeric_dtype(frame[name]) else "category",
        )
        for name in frame.columns
    )


def check(schema: Sequence[ColumnSchema], frame: pd.DataFrame, units: Mapping[str, str]) -> None:
    """Refuse a frame with other columns, other units or words in place of numbers; the order does not matter.

    Raises:
        SchemaError: With the first columns that differ.
    """
    import pandas as pd

    names = [one.name for one in schema]
    given = [str(name) for name in frame.columns]
    lacking = [name for name in names if name not in given]
    beyond = [name for name in given if name not in names]
    units_differ = [
        f"{one.name} in {units.get(one.name, '') or 'no unit'}, not {one.unit or 'no unit'}"
        for one in schema
        if one.name in given and units.get(one.name, "") != one.unit
    ]
    words = [
        one.name
        for one in schema
        if one.name in given and one.kind == "number" and not pd.api.types.is_numeric_dtype(frame[one.name])
    ]
    faults = (("lacks", lacking), ("has besides", beyond), ("has", units_differ), ("has words in", words))
    said = [f"{word} {', '.join(found[:_SHOWN])}" for word, found in faults if found]
    if said or frame.columns.has_duplicates:
        message = "the frame is not like the one that the model was fitted on: it "
        raise SchemaError(message + ("; it ".join(said) or "has a column twice"))
