"""FHIR R4 and R4B in JSON: Bundles, single resources and bulk NDJSON, plain or gzip, to the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from medapp.domain.record import Refusal
from medapp.formats.errors import MALFORMED, UnreadableError
from medapp.formats.fhir.bundle import flat
from medapp.formats.fhir.group import ONLY, UNKNOWN_KIND, Telling, read_group
from medapp.formats.fhir.lines import documents, is_xml
from medapp.formats.fhir.parse import parse
from medapp.formats.fhir.references import Index
from medapp.formats.stream import open_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from medapp.domain.record import Item
    from medapp.formats.fhir.bundle import Placed

UNSUPPORTED: Final = "unsupported"
MOST_FAULTS: Final = 1000
"""A file of lines that are all wrong is not told line by line."""


def read(path: Path, name: str, *, cancelled: Callable[[], bool] | None = None) -> Iterator[Item]:
    """Yield the persons and entries of a file, and a `Refusal` for each thing that could not be read.

    A Bundle is held whole while it is read, NDJSON a line at a time. Each resource that is no Patient is one
    entry whose `Source.place` begins with its resourceType (``Observation/17``).
    """
    stream = _File(name, cancelled or (lambda: False))
    telling = Telling(name)
    try:
        with open_bytes(path) as file:
            yield from stream.items(documents(file))
    except UnreadableError as error:
        yield telling.refusal(error.code, f"{error.reason}.", whole=not stream.read)
    except OSError as error:
        sentence = f"the file cannot be read: {error.strerror}."
        yield telling.refusal(MALFORMED, sentence, whole=not stream.read)


class _File:
    """One file while it is read.

    Attributes:
        read: Whether any person or entry came out.
    """

    def __init__(self, name: str, cancelled: Callable[[], bool]) -> None:
        self.name, self.cancelled = name, cancelled
        self.read = False
        self._faults = 0
        self._medicines = Index()

    def items(self, found: Iterator[tuple[int, bytes]]) -> Iterator[Item]:
        """All of a file, document by document."""
        for line, data in found:
            if self.cancelled():
                return
            for item in self._document(data, f"line[{line}]" if line else ""):
                if isinstance(item, Refusal):
                    self._faults += 1
                else:
                    self.read = True
                yield item
            if line and self._faults >= MOST_FAULTS and not self.read:
                sentence = f"the first {line} lines hold nothing that can be read; the rest was left out."
                yield Telling(self.name).refusal(MALFORMED, sentence, whole=True)
                return

    def _document(self, data: bytes, where: str) -> Iterator[Item]:
        telling = Telling(self.name, where, alone=bool(where))
        if is_xml(data[:64]):
            sentence = f"it is XML; {ONLY} in JSON, not in XML."
            yield telling.refusal(UNSUPPORTED, sentence, whole=not where)
            return
        parsed = parse(data)
        failed = parsed.value is None and bool(parsed.problems)
        for code, sentence in parsed.problems:
            yield telling.refusal(code, f"{sentence}.", whole=failed and not where)
        if not failed:
            yield from self._value(parsed.value, where)

    def _value(self, value: Any, where: str) -> Iterator[Item]:  # noqa: ANN401  any JSON
        group: list[Placed] = []
        if type(value) is dict:
            group = [(where, value, "")]
        elif type(value) is list:
            group = [(f"item[{at}]", one, "") for at, one in enumerate(value)]
        sole = not where and type(value) is dict and value.get("resourceType") != "Bundle"
        telling = Telling(self.name, where, alone=bool(where), sole=sole)
        if any(type(one) is dict and type(one.get("resourceType")) is str for _, one, _ in group):
            yield from read_group(list(flat(group)), telling, self._medicines, self.cancelled)
        else:
            sentence = "no FHIR resource: it has no resourceType."
            yield telling.refusal(UNKNOWN_KIND, sentence, whole=not where)
