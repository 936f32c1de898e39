"""FHIR R4 and R4B in JSON: Bundles, single resources and bulk NDJSON, plain or gzip, to the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO, Final

from medapp.domain.record import Refusal
from medapp.formats.errors import MALFORMED, UnreadableError
from medapp.formats.fhir.bundle import flat
from medapp.formats.fhir.group import ONLY, UNKNOWN_KIND, Telling, Watch, read_group
from medapp.formats.fhir.lines import documents, is_xml
from medapp.formats.fhir.parse import parse
from medapp.formats.fhir.references import Index
from medapp.formats.stream import open_bytes, share_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from medapp.domain.record import Item
    from medapp.formats.fhir.bundle import Placed

UNSUPPORTED: Final = "unsupported"
MOST_FAULTS: Final = 1000
"""A file of lines that are all wrong is not told line by line."""
TOLD_LINES: Final = 64


def read(
    path: Path,
    name: str,
    *,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
    strict: bool = False,
) -> Iterator[Item]:
    """Yield the persons and entries of a file, and a `Refusal` for each thing that could not be read.

    A Bundle is held whole while it is read, NDJSON a line at a time. Each resource that is no Patient is one
    entry whose `Source.place` begins with its resourceType (``Observation/17``).

    Args:
        path: JSON, NDJSON, plain or gzip.
        name: Of the file as the user knows it.
        cancelled: Asked now and then; reading ends where it says so.
        progress: Told now and then which share of the file is read, 0 to 1.
        strict: Whether a resource that does not conform to R4B is refused, each fault told with its element.
            Otherwise what a resource lacks is told (``incomplete``), and it is read.
    """
    stream = _File(name, cancelled or (lambda: False), progress or (lambda _share: None), strict=strict)
    telling = Telling(name)
    try:
        with open_bytes(path) as file:
            yield from stream.items(file)
    except UnreadableError as error:
        place, rest = stream.reached
        yield telling.refusal(error.code, f"{error.reason}{rest}.", place, whole=not stream.read)
    except OSError as error:
        sentence = f"the file cannot be read: {error.strerror}."
        yield telling.refusal(MALFORMED, sentence, whole=not stream.read)


class _File:
    """One file while it is read.

    Attributes:
        read: Whether any person or entry came out.
    """

    def __init__(
        self, name: str, cancelled: Callable[[], bool], progress: Callable[[float], None], *, strict: bool
    ) -> None:
        self.name, self.cancelled, self.progress, self.strict = name, cancelled, progress, strict
        self.read = False
        self._line = 0
        self._faults = 0
        self._of_document, self._of_line = Watch(cancelled, progress), Watch(cancelled)
        self._medicines = Index()

    @property
    def reached(self) -> tuple[str, str]:
        """Place of the last line that was read, and words for it."""
        return (f"line[{self._line}]", f"; lines up to {self._line} were read") if self._line else ("", "")

    def items(self, file: BinaryIO) -> Iterator[Item]:
        """All of a file, document by document."""
        for line, data in documents(file):
            if self.cancelled():
                return
            for item in self._document(data, line):
                if isinstance(item, Refusal):
                    self._faults += 1
                else:
                    self.read = True
                yield item
            self._line = line
            if not line % TOLD_LINES:
                self.progress(share_read(file))
            if line and self._faults >= MOST_FAULTS and not self.read:
                sentence = f"the first {line} lines hold nothing that can be read; the rest was left out."
                yield Telling(self.name).refusal(MALFORMED, sentence, whole=True)
                return

    def _document(self, data: bytes, line: int) -> Iterator[Item]:
        where = f"line[{line}]" if line else ""
        telling = Telling(self.name, where, alone=bool(where))
        if is_xml(data[:64]):
            sentence = f"it is XML; {ONLY} in JSON, not in XML."
            yield telling.refusal(UNSUPPORTED, sentence, where or "line 1", whole=not where)
            return
        parsed = parse(data, line or 1)
        failed = parsed.value is None and bool(parsed.problems)
        for code, place, sentence in parsed.problems:
            yield Telling(self.name).refusal(code, f"{sentence}.", where or place, whole=failed and not where)
        if not failed:
            yield from self._value(parsed.value, where)

    def _value(self, value: Any, where: str) -> Iterator[Item]:  # noqa: ANN401  any JSON
        group: list[Placed] = []
        if type(value) is dict:
            group = [(where, value, "")]
        elif type(value) is list:
            group = [(f"item[{at}]", one, "") for at, one in enumerate(value)]
        sole = not where and type(value) is dict and value.get("resourceType") != "Bundle"
        inner = value.get("entry") if type(value) is dict else value
        expected = len(inner) if type(inner) is list else 1
        telling = Telling(self.name, where, bool(where), sole, self.strict, expected)
        watch = self._of_line if where else self._of_document
        if any(type(one) is dict and type(one.get("resourceType")) is str for _, one, _ in group):
            yield from read_group(flat(group), telling, self._medicines, watch)
        else:
            sentence = "no FHIR resource: it has no resourceType."
            yield telling.refusal(UNKNOWN_KIND, sentence, where or "line 1", whole=not where)
