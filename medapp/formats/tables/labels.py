"""What codes in tables stand for, out of a list beside them, such as MIMIC's d_labitems."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from medapp.domain.record.coding import Code
from medapp.formats.stream import open_bytes
from medapp.formats.tables.delimited import Dialect, Row, records
from medapp.formats.tables.layouts import labelled
from medapp.formats.tables.proposing import unique
from medapp.formats.tables.record import Plan, Record, said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from medapp.formats.tables.mapping import Content, Mapping

MOST: Final = 2_000_000
"""Codes of one list; terminologies as a whole stay below."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code stands for.

    Attributes:
        name: In words.
        specimen: What it is measured in; empty where the list does not say.
        codes: In terminologies.
    """

    name: str
    specimen: str = ""
    codes: tuple[Code, ...] = ()


@dataclass(slots=True)
class Labels:
    """Meanings by the column that holds their codes.

    A code is looked up by the column's name, by the code as it is written and by the system that stands
    beside it, for lists that hold codes of several.
    """

    known: dict[tuple[str, str], dict[tuple[str, str], Meaning]] = field(default_factory=dict)

    def add(self, path: Path, mapping: Mapping, cancelled: Callable[[], bool] | None = None) -> None:
        """Take in a list.

        Args:
            path: Plain or gzip.
            mapping: With the content ``labels``: the column of the role ``id`` holds the codes, ``system``
                their terminology, ``name`` the words, ``site`` the specimen, ``code`` codes of a terminology.
            cancelled: Asked now and then.

        Raises:
            OSError: Where it cannot be read.
            UnreadableError: Where it is damaged.
        """
        plan = Plan(mapping)
        keys = plan.columns("id")
        if not keys:
            return
        column = keys[0][1].header.casefold()
        found = self.known.setdefault((column, labelled(mapping.layout)), {})
        with open_bytes(path) as file:
            started = False
            for number, row in enumerate(records(file, Dialect(mapping.encoding, mapping.delimiter))):
                if not number & 1023 and cancelled is not None and cancelled():
                    return
                if not isinstance(row, Row) or len(found) >= MOST:
                    continue
                if not started:
                    started = True
                    if unique(row.cells) != [one.header for one in mapping.columns]:
                        return
                elif len(row.cells) == plan.width:
                    _take(Record(plan, row.cells, row.line), found)

    def of(self, content: Content, column: str, code: str, system: str) -> Meaning | None:
        """What a code of a table stands for; None where no list says.

        Args:
            content: What a row of the table is.
            column: Name of the column that the code stands in.
            code: As it is written.
            system: URI of the terminology that the row names; empty where it names none.
        """
        for about in (content, ""):
            found = self.known.get((column.casefold(), about))
            if found is not None:
                meaning = found.get((code, system)) or found.get((code, ""))
                if meaning is not None:
                    return meaning
        return None


def _take(record: Record, found: dict[tuple[str, str], Meaning]) -> None:
    key, name = record.key("id"), record.text("name")
    if not key or not name:
        return
    stated = record.first("system")
    codes = tuple(Code(column.system, cell, name) for column, cell in record.every("code") if column.system)
    found[key, said(*stated) if stated else ""] = Meaning(name, record.text("site"), codes)
