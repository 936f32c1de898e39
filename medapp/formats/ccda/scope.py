"""What is known while a document is read: its person, its narrative, the section that is being read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from medapp.domain.record import Entry, Item, Refusal, Source
from medapp.formats.ccda.types import concept, when
from medapp.formats.ccda.xml import V3, attribute, every, one, words

if TYPE_CHECKING:
    from lxml import etree

    from medapp.domain.record import Concept, When
    from medapp.domain.record.clinical import Content


MOST_REPEATED: Final = 64 << 20


@dataclass(slots=True)
class Scope:
    """State of one document.

    Attributes:
        section: LOINC code of the section that is read; empty in a fragment.
        texts: The narrative's elements by their ``ID``, which entries refer to.
        written: When the document was.
        repeated: Characters of the narrative that entries have taken over so far.
    """

    file: str
    root: etree._Element
    subject: str = ""
    section: str = ""
    encounter: str = ""
    written: When | None = None
    repeated: int = 0
    texts: dict[str, etree._Element] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)
    found: list[Item] = field(default_factory=list)
    _steps: dict[etree._Element, dict[etree._Element, str]] = field(default_factory=dict)

    def place(self, element: etree._Element) -> str:
        """XPath below the root, in CDA's own names."""
        steps: list[str] = []
        inner = element
        while (parent := inner.getparent()) is not None:
            steps.append(self._step(parent, inner))
            inner = parent
        return "/".join(reversed(steps)) or "."

    def _step(self, parent: etree._Element, child: etree._Element) -> str:
        """Name of an element, with its number among those so named; all of one parent are named at once."""
        named = self._steps.get(parent)
        if named is None:
            names = [str(one.tag).replace(f"{{{V3}}}", "") for one in parent]
            total, seen = Counter(names), Counter[str]()
            named = self._steps[parent] = {}
            for one, name in zip(parent, names, strict=True):
                seen[name] += 1
                named[one] = f"{name}[{seen[name]}]" if total[name] > 1 else name
        return named[child]

    def source(self, element: etree._Element) -> Source:
        """Where an element lies."""
        return Source(self.file, "ccda", self.place(element))

    def id_of(self, element: etree._Element) -> str:
        """Root and extension of its id, else its place; told apart where a document uses one twice."""
        stated = ""
        for part in every(element, "id"):
            root, extension = attribute(part, "root"), attribute(part, "extension")
            if root or extension:
                stated = "/".join(text for text in (root, extension) if text)
                break
        name = stated or self.place(element)
        self.used[name] += 1
        return name if self.used[name] == 1 else f"{name}#{self.used[name]}"

    def add(self, element: etree._Element, content: Content, *, encounter: str = "") -> str:
        """Keep an entry; its id."""
        name = self.id_of(element)
        recorded = when(one(element, "author/time"))
        visit = encounter or self.encounter
        self.found.append(Entry(name, self.subject, self.source(element), content, visit, recorded))
        return name

    def refuse(self, element: etree._Element, code: str, reason: str, quote: str = "") -> None:
        """Say what could not be read."""
        line = element.sourceline
        said = f"line {line}, {self.place(element)}: {reason}"
        self.found.append(Refusal(self.source(element), code, said, quote=quote))

    def narrative(self, element: etree._Element | None) -> str:
        """Text of an element, or of the narrative that it refers to; nothing outside is opened."""
        if element is None:
            return ""
        target = attribute(one(element, "reference"), "value")
        if target.startswith("#") and target[1:] in self.texts:
            return self._referred(element, words(self.texts[target[1:]]))
        return words(element)

    def _referred(self, element: etree._Element, text: str) -> str:
        """Text that entries refer to, as long as they do not make a small document a large record with it."""
        if self.repeated > MOST_REPEATED:
            return ""
        self.repeated += len(text)
        if self.repeated > MOST_REPEATED:
            reason = "entries refer to more text than any document holds; from here on it is left out"
            self.refuse(element, "too-large", reason)
        return text

    def concept(self, element: etree._Element | None) -> Concept:
        """A coded value of this document."""
        return concept(element, self.narrative)
