"""What the columns of a table mean: proposed by the program, confirmed by a person, kept as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Literal, get_args

VERSION: Final = 1

Role = Literal[
    "subject", "identifier", "encounter", "id", "start", "end", "time", "offset", "birth", "death", "age",
    "sex", "given", "family", "prefix", "suffix", "line", "city", "state", "postal", "country", "fact",
    "code", "system", "name", "value", "words", "unit", "low", "high", "flag", "category", "status",
    "severity", "site", "comment", "text", "title", "dose", "dose_unit", "route", "frequency",
    "reason_code", "reason_name", "uid", "modality", "outcome", "ignore",
]  # fmt: skip
"""What a column says.

``offset`` is a time counted from an event (days since inclusion, minutes since admission) and no date;
``value`` is a number or a word that was found, ``words`` the same in words where both are given; in a table
with one row a patient every ``value`` and ``outcome`` column is a measurement by itself.
"""

Kind = Literal["number", "date", "truth", "word", "text", "empty"]
"""``word``: out of a list; ``text``: free."""

Content = Literal[
    "person", "wide", "observation", "problem", "medication", "procedure", "encounter", "allergy",
    "immunization", "note", "study", "other", "labels", "none",
]  # fmt: skip
"""What a row is: ``person``: a patient; ``wide``: a patient with a measurement in every value column;
``labels``: what a code in other tables stands for (`medapp.formats.tables.labels`); ``none``: nothing about a
patient, or nothing that is read."""

DateFormat = Literal["", "iso", "compact", "day-first", "month-first", "named", "?"]
Decimal = Literal["", ".", ",", "?"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        header: As written.
        missing: Share of the rows seen that say nothing.
        examples: A few values; none of a column that may tell who somebody is, and of dates the pattern only.
        certainty: How sure the proposal is, 0 to 1.
        reason: Why it is proposed, in a sentence.
        system: URI of the terminology of codes; for identifiers their kind (HL7 table 0203).
        unit: Of all values of the column; empty where the table does not say, ``unknown`` where a person has
            said that nobody knows. Of times counted from an event ``day``, ``hour`` ...
        units: Unit of the values by what was measured, where a row is one measurement: ``hdl``, ``mg/dL``.
        event: What a time of the role ``offset`` is counted from; empty where that is not known.
        date: Order of day and month; ``?`` where the values leave it open: then it has to be answered.
        decimal: Decimal sign; ``?`` where ``1,234`` may be one or a thousand.
        words: What cells stand for: sexes, systems, flags.
        day_only: Whether every time seen was midnight: then it stands for the day alone.
        undotted: Whether ICD codes are written without their dot.
    """

    header: str
    role: Role
    kind: Kind = "text"
    missing: float = 0.0
    examples: tuple[str, ...] = ()
    certainty: float = 0.0
    reason: str = ""
    system: str = ""
    unit: str = ""
    date: DateFormat = ""
    decimal: Decimal = ""
    words: tuple[tuple[str, str], ...] = ()
    day_only: bool = False
    undotted: bool = False
    units: tuple[tuple[str, str], ...] = ()
    event: str = ""

    @property
    def question(self) -> str:
        """What a person has to answer before the column can be read; empty where nothing is open."""
        if self.role == "ignore":
            return ""
        if self.date == "?":
            return f"In {self.header!r}, is the day or the month written first?"
        if self.decimal == "?":
            return f"In {self.header!r}, does the comma stand before decimals or between thousands?"
        if self.role == "sex" and not self.words:
            return f"In {self.header!r}, which values stand for which sex?"
        return ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a table is read.

    Attributes:
        layout: Name of a known layout (``synthea.conditions``, ``mimic.labevents``); empty for any other.
        content: What a row is.
        rows_seen: Number of rows that the proposal was made from.
        medication: What a row about a medicine says of it.
        version: Of this description.
    """

    columns: tuple[Column, ...]
    content: Content
    encoding: str = "utf-8"
    delimiter: str = ","
    layout: str = ""
    rows_seen: int = 0
    medication: Literal["request", "dispense", "administration", "statement"] = "statement"
    version: int = VERSION

    @property
    def questions(self) -> tuple[str, ...]:
        """What has to be answered before the table can be read."""
        asked = [question for column in self.columns if (question := column.question)]
        # A row with one patient may be a patient without a number; that of an event may not.
        if self.content not in {"person", "wide", "labels", "none"} and not any(
            column.role == "subject" for column in self.columns
        ):
            asked.insert(0, "Which column holds the patient's number?")
        return tuple(asked)

    @property
    def without_unit(self) -> tuple[str, ...]:
        """What is measured in numbers of which neither the table nor a person says the unit."""
        if self.content == "observation":
            if any(column.role == "unit" for column in self.columns):
                return ()
            values = [one for one in self.columns if one.role == "value" and not one.unit]
            return tuple(name for column in values for name, unit in column.units if not unit)
        if self.content != "wide":
            return ()
        numbers = (one for one in self.columns if one.role == "value" and one.kind == "number")
        return tuple(one.header for one in numbers if not one.unit)

    def with_column(self, header: str, **changes: Any) -> Mapping:  # noqa: ANN401  fields of Column
        """The mapping with another answer for one column.

        Raises:
            KeyError: Where there is no such column.
        """
        if header not in {column.header for column in self.columns}:
            raise KeyError(header)
        columns = (replace(one, **changes) if one.header == header else one for one in self.columns)
        return replace(self, columns=tuple(columns))

    def to_json(self) -> str:
        """As JSON, to be kept beside what was read with it."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Mapping:
        """Back from JSON.

        Raises:
            ValueError: Where it is no mapping, or one of another version.
        """
        try:
            found = json.loads(text)
            if not isinstance(found, dict) or found.get("version") != VERSION:
                message = f"the mapping is not of version {VERSION}"
                raise ValueError(message)
            columns = tuple(_column(one) for one in found.pop("columns"))
            mapping = cls(columns=columns, **found)
        except (TypeError, KeyError, AttributeError) as error:
            message = "this is no mapping of a table"
            raise ValueError(message) from error
        if mapping.content not in get_args(Content):
            message = f"a row cannot be {mapping.content!r}"
            raise ValueError(message)
        return mapping


def _column(found: dict[str, Any]) -> Column:
    if found["role"] not in get_args(Role):
        message = f"there is no role {found['role']!r}"
        raise ValueError(message)
    known = {field.name for field in fields(Column)}
    values = {name: value for name, value in found.items() if name in known}
    values["examples"] = tuple(values.get("examples", ()))
    for name in ("words", "units"):
        pairs = values.get(name, ())
        pairs = pairs.items() if isinstance(pairs, dict) else pairs  # as a person may well write them
        values[name] = tuple((str(one), str(other)) for one, other in pairs)
    return Column(**values)
