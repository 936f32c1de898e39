"""Segments of an ER7 message, split by the characters that its MSH names (HL7 v2.9, chapter 2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

NULL = '""'
"""What a field holds that the sender wants emptied (2.5.3): nothing is stated."""

_NOT_PRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HEX = re.compile(r"X(?:[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True)
class Delimiters:
    """MSH-1 and MSH-2."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"

    @classmethod
    def of(cls, header: str) -> Delimiters | None:
        """From the start of an MSH, FHS or BHS segment; None where they cannot be told apart."""
        field = header[3:4]
        found = header[4:].split(field, 1)[0][:4] if field else ""
        usual = "^~\\&"
        signs = found + usual[len(found) :] if found else ""
        every = field + signs
        if (
            not signs
            or len(set(every)) < len(every)
            or any(sign.isalnum() or sign.isspace() for sign in every)
        ):
            return None
        # A sender that needs no escapes or subcomponents leaves their characters out: then they mean nothing.
        component, repetition, escape, subcomponent = (
            sign if index < len(found) else "\0" for index, sign in enumerate(signs)
        )
        return cls(field, component, repetition, escape, subcomponent)


def plain(text: str, marks: Delimiters, *, formatted: bool = False) -> str:
    """Text without its escapes (2.7).

    What would become a control character stays as it was written, and so do the formatting commands outside
    of formatted text: a name cannot hold a line break.
    """
    if marks.escape not in text:
        return text
    sign = re.escape(marks.escape)
    return re.sub(f"{sign}([^{sign}]*){sign}", partial(_escape, marks=marks, formatted=formatted), text)


def _escape(match: re.Match[str], *, marks: Delimiters, formatted: bool) -> str:
    body = match[1]
    known = {
        "F": marks.field, "S": marks.component, "T": marks.subcomponent, "R": marks.repetition,
        "E": marks.escape, "H": "", "N": "",
    }  # fmt: skip
    if body in known:
        return known[body]
    if formatted and body.startswith("."):
        return {"b": "\n", "s": "\n"}.get(body[1:2], "")
    if _HEX.fullmatch(body):
        raw = bytes.fromhex(body[1:])
        text = raw.decode("utf-8") if _is_utf8(raw) else raw.decode("latin-1")
        if not _NOT_PRINTABLE.search(text) or (formatted and text.strip("\r\n\t") == ""):
            return text.replace("\r", "\n")
    return match[0]


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class Field:
    """One repetition of a field."""

    __slots__ = ("_parts", "marks", "raw")

    def __init__(self, raw: str, marks: Delimiters) -> None:
        """Of its text as it is written."""
        self.raw = raw
        self.marks = marks
        self._parts: list[str] | None = None

    def _component(self, number: int) -> str:
        parts = self._parts
        if parts is None:
            parts = self._parts = self.raw.split(self.marks.component)
        return parts[number - 1] if number <= len(parts) else ""

    def part(self, component: int, sub: int = 0) -> str:
        """A component by its number from 1, unescaped; of its subcomponents that of number `sub`, or all."""
        text = self._component(component)
        if sub and self.marks.subcomponent in text:
            pieces = text.split(self.marks.subcomponent)
            text = pieces[sub - 1] if sub <= len(pieces) else ""
        elif sub > 1:
            return ""
        return "" if not text or text == NULL else plain(text, self.marks).strip()

    def first(self, component: int = 1) -> str:
        """The first subcomponent of a component: what an older version states there alone."""
        return self.part(component, 1)

    def below(self, component: int) -> Field:
        """A component as if its subcomponents were components."""
        text = self._component(component)
        return Field(text.replace(self.marks.subcomponent, self.marks.component), self.marks)

    @property
    def components(self) -> int:
        """How many components are written."""
        return self.raw.count(self.marks.component) + 1

    @property
    def text(self) -> str:
        """All of it as formatted text (FT, TX): components are not told apart."""
        return "" if self.raw == NULL else plain(self.raw, self.marks, formatted=True).strip()

    def __bool__(self) -> bool:
        return bool(self.raw.strip(f" {self.marks.component}{self.marks.subcomponent}")) and self.raw != NULL


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment: `number` counts those of its name in the message from 1."""

    name: str
    number: int
    fields: tuple[str, ...]
    marks: Delimiters

    @classmethod
    def of(cls, line: str, number: int, marks: Delimiters) -> Segment:
        """Split a line."""
        parts = line.split(marks.field)
        if parts[0] in {"MSH", "BHS", "FHS"}:
            parts.insert(1, marks.field)
        return cls(parts[0], number, tuple(parts), marks)

    @property
    def place(self) -> str:
        """Such as ``OBX[3]``."""
        return f"{self.name}[{self.number}]"

    def raw(self, number: int) -> str:
        """A field as it is written, trimmed; empty where it is absent or HL7's null."""
        text = self.fields[number].strip() if number < len(self.fields) else ""
        return "" if text == NULL else text

    def all(self, number: int) -> list[Field]:
        """The repetitions of a field that say anything."""
        if number >= len(self.fields) or not self.fields[number]:
            return []
        return [
            field
            for text in self.raw(number).split(self.marks.repetition)
            if (field := Field(text, self.marks))
        ]

    def one(self, number: int) -> Field:
        """The first repetition that says anything, else an empty field."""
        return next(iter(self.all(number)), Field("", self.marks))

    def text(self, number: int) -> str:
        """The first component of a field."""
        return self.one(number).first()
