"""Records, genomes, findings and plans as JSON and back, without loss.

Dataclasses are written by their fields. Which member of a union was written is told by its fields alone: no
two members of one union in `medapp.domain` have the same ones. A field that was added later, with a
default, is not missed.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson

from medapp.domain import finding, genome, molecule, plan, recommendation, segmentation
from medapp.domain.record import clinical, coding, entry, person, time, whole
from medapp.domain.record.clinical import Content

_NAMES: dict[str, Any] = {
    name: value
    for module in (clinical, coding, entry, person, time, whole, genome, recommendation, plan, molecule)
    for name, value in vars(module).items()
    if not name.startswith("_")
}
# Findings are coded as DICOM codes are, records as FHIR does: both are called Code.
_OF_FINDINGS: dict[str, Any] = _NAMES | vars(finding) | {"Code": segmentation.Code}
KINDS: dict[str, type[Any]] = {one.__name__: one for one in get_args(Content)}
"""Contents by the name that is stored beside them."""

T = TypeVar("T")
Build = Callable[[Any], object]


def dump(value: object) -> bytes:
    """JSON of a dataclass of `medapp.domain`, or of a tuple of them; numbers may be numpy's."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


def load(text: bytes, kind: type[T]) -> T:
    """The dataclass again.

    Raises:
        ValueError: Where the text is not what `dump` wrote of this kind.
    """
    try:
        found = _build(orjson.loads(text), kind)
    except (TypeError, KeyError, AttributeError) as error:
        message = f"this is no stored {kind.__name__}"
        raise ValueError(message) from error
    if not isinstance(found, kind):
        message = f"this is no stored {kind.__name__}"
        raise ValueError(message)  # noqa: TRY004  what is wrong is the text, not the type of an argument
    return found


def _build(value: Any, hint: Any) -> Any:  # noqa: ANN401 - JSON in, any type of the domain out
    build = _builder(hint)
    return value if build is None else build(value)


@cache
def _builder(hint: Any) -> Build | None:  # noqa: ANN401
    """What makes a type of the domain of JSON; None where it stays as it is.

    Made once a type: a record has ten thousands of entries, and asking each of their values for its type
    would take most of the time of reading it.
    """
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return _of_union(get_args(hint))
    if origin is tuple:
        return _tuple(get_args(hint))
    return None if origin is Literal or not _is_record(hint) else _record(hint)


def _record(kind: Any) -> Build:  # noqa: ANN401
    known: dict[str, Build | None] = {}

    def build(value: dict[str, Any]) -> object:
        if not known:
            # When it is first used: a type may have parts of its own kind.
            known.update({name: _builder(hint) for name, hint in _fields(kind).items()})
        return kind(
            **{
                name: one if (of := known[name]) is None else of(one)
                for name, one in value.items()
                if name in known
            }
        )

    return build


def _tuple(parts: tuple[Any, ...]) -> Build:
    builders = [_builder(part) for part in parts if part is not ...]
    first = builders[0] if builders else None
    is_endless = len(parts) == 2 and parts[1] is ...  # noqa: PLR2004

    def endless(value: list[Any]) -> object:
        return tuple(value) if first is None else tuple([first(one) for one in value])

    def fixed(value: list[Any]) -> object:
        return tuple(one if of is None else of(one) for one, of in zip(value, builders, strict=True))

    return endless if is_endless else fixed


def _of_union(members: tuple[Any, ...]) -> Build:
    records = [one for one in members if _is_record(one)]
    listed = next((_builder(one) for one in members if get_origin(one) is tuple), None)
    by_names: dict[tuple[str, ...], Build] = {}

    def build(value: Any) -> object:  # noqa: ANN401
        if isinstance(value, dict):
            names = tuple(value)
            of = by_names.get(names)
            if of is None:
                of = by_names[names] = _member(records, names)
            return of(value)
        return listed(value) if listed is not None and isinstance(value, list) else value

    return build


def _member(members: list[Any], names: tuple[str, ...]) -> Build:
    """Of those that have all these fields the one with the fewest others.

    What was written before a field was added lacks it.
    """
    known = [one for one in members if set(names) <= _fields(one).keys()]
    if not known:
        raise KeyError(*names)
    return _record_builder(min(known, key=lambda one: len(_fields(one))))


def _record_builder(kind: Any) -> Build:  # noqa: ANN401
    build = _builder(kind)
    assert build is not None  # noqa: S101 - a dataclass is always built
    return build


def _is_record(hint: Any) -> bool:  # noqa: ANN401
    return isinstance(hint, type) and is_dataclass(hint)


@cache
def _fields(kind: Any) -> dict[str, Any]:  # noqa: ANN401
    names = _OF_FINDINGS if kind.__module__ in {finding.__name__, segmentation.__name__} else _NAMES
    hints = get_type_hints(kind, names)
    return {one.name: hints[one.name] for one in fields(kind)}
