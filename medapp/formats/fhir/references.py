"""What a reference leads to (FHIR R4, 2.29 References and 2.36.4 Resolving references in Bundles).

Nothing is fetched: a reference leads to a resource of the same file, or it is only a name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from medapp.formats.fhir.faults import FaultError, inside
from medapp.formats.fhir.fields import child, children, text

if TYPE_CHECKING:
    from medapp.formats.fhir.fields import Node

_LITERAL: Final = re.compile(
    r"(?P<base>https?://.+/)?(?P<kind>[A-Z][A-Za-z]{1,63})/(?P<id>[A-Za-z0-9\-._]{1,128})(?:/_history/[^/]+)?"
)
_CONDITIONAL: Final = re.compile(r"(?P<kind>[A-Z][A-Za-z]{1,63})\?identifier=(?P<token>[^&]+)")


class Located:
    """A resource, what it is called, and where it stands.

    Attributes:
        kind: Its resourceType.
        id: What `Entry.id` or `Person.subject` is.
        place: ``Observation/17``, or ``Observation/entry[3]`` for one without an id.
        base: Address of its server, as far as the fullUrl says.
    """

    __slots__ = ("base", "id", "kind", "place", "resource")

    def __init__(self, kind: str, identity: str, place: str, resource: Node, base: str = "") -> None:
        """Set all."""
        self.kind, self.id, self.place, self.resource, self.base = kind, identity, place, resource, base


class Index:
    """The resources of one file, by all that can refer to them."""

    def __init__(self) -> None:
        """Empty: every reference is only a name then."""
        self._by_url: dict[str, Located] = {}
        self._by_name: dict[tuple[str, str], Located] = {}
        self._by_number: dict[tuple[str, str], Located] = {}
        self.patients: set[str] = set()

    def add(self, resource: Node, where: str, full_url: str = "") -> Located:
        """Take in a resource that stands at `where` (``entry[3]``)."""
        kind = resource["resourceType"]
        named = resource.get("id")
        identity = named if type(named) is str and named else ""
        found = _LITERAL.fullmatch(full_url) if full_url else None
        base = (found["base"] or "") if found else ""
        twin = self._by_name.get((kind, identity)) if identity else None
        # The same id on another server is another resource.
        other = twin is not None and twin.base != base and bool(full_url)
        place = f"{kind}/{identity or where}" if identity or where else kind
        key = full_url if other else identity or full_url or place
        located = Located(kind, key, place, resource, base)
        if full_url:
            self._by_url.setdefault(full_url, located)
        if identity and not other:
            self._by_name.setdefault((kind, identity), located)
        if kind == "Patient":
            self.patients.add(located.id)
            self._number(located)
        return located

    def _number(self, located: Located) -> None:
        numbers = located.resource.get("identifier")
        for one in numbers if type(numbers) is list else ():
            if type(one) is dict and type(one.get("value")) is str:
                system = one.get("system")
                self._by_number.setdefault((system if type(system) is str else "", one["value"]), located)

    def find(self, literal: str, base: str = "") -> tuple[str, str, Located | None]:
        """Type, id and resource that a literal reference leads to; what is not known is empty."""
        found = self._by_url.get(literal) or (self._by_url.get(base + literal) if base else None)
        if found:
            return found.kind, found.id, found
        parts = _LITERAL.fullmatch(literal)
        if parts:
            located = self._by_name.get((parts["kind"], parts["id"]))
            if located and (not parts["base"] or located.base in ("", parts["base"])):
                return located.kind, located.id, located
            # A patient of another server that happens to have the id of one of this file is another one.
            return parts["kind"], literal if located else parts["id"], None
        searched = _CONDITIONAL.fullmatch(literal)
        if searched:
            located = self.by_number(*_token(searched["token"])) if searched["kind"] == "Patient" else None
            return searched["kind"], located.id if located else literal, located
        return "", literal, None

    def by_number(self, system: str, value: str) -> Located | None:
        """The patient with an identifier."""
        return self._by_number.get((system, value))


def _token(token: str) -> tuple[str, str]:
    system, bar, value = unquote(token).rpartition("|")
    return (system, value) if bar else ("", value)


class Scope:
    """One resource among the others: resolves what it refers to.

    Attributes:
        faults: What is wrong with parts that the resource can be read without.
    """

    def __init__(self, located: Located, index: Index) -> None:
        """Find the resources that it contains."""
        self.located, self.index = located, index
        self.contained: dict[str, Node] = {}
        self.faults: list[FaultError] = []
        for one in children(located.resource, "contained"):
            if type(one.get("id")) is str and type(one.get("resourceType")) is str:
                self.contained[one["id"]] = one

    def follow(self, node: Node, key: str) -> tuple[str, str, Node | None]:
        """Type, id and resource that a Reference leads to; all empty where there is none."""
        found = child(node, key)
        return ("", "", None) if found is None else self.target(found, key)

    def target(self, reference: Node, key: str) -> tuple[str, str, Node | None]:
        """Type, id and resource of a Reference; `key` is for the sentence."""
        try:
            literal, stated = text(reference, "reference"), text(reference, "type")
            if literal.startswith("#"):
                inner = self.contained.get(literal[1:])
                kind = inner["resourceType"] if inner else stated
                return kind, f"{self.located.place}{literal}", inner
            if literal:
                kind, identity, located = self.index.find(literal, self.located.base)
                return kind or stated, identity, located.resource if located else None
            logical = child(reference, "identifier")
            if logical:
                located = self.index.by_number(text(logical, "system"), text(logical, "value"))
                if located:
                    return located.kind, located.id, located.resource
        except FaultError as fault:
            raise inside(fault, key) from None
        return stated, "", None

    def ids(self, node: Node, key: str) -> tuple[str, ...]:
        """Ids of References that can be repeated."""
        found = (self.target(one, f"{key}[{at}]")[1] for at, one in enumerate(children(node, key)))
        return tuple(one for one in found if one)
