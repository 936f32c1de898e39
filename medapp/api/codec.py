"""Records, genomes, findings and plans as JSON and back, without loss.

Dataclasses are written by their fields. Which member of a union was written is told by its fields alone: no
two members of one union in `medapp.domain` have the same ones. A field that was added later, with a
default, is not missed.
"""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson

from medapp.domain import finding, genome, plan, recommendation, segmentation
from medapp.domain.record import clinical, coding, entry, person, time, whole
from medapp.domain.record.clinical import Content

_NAMES: dict[str, Any] = {
    name: value
    for module in (clinical, coding, entry, person, time, whole, genome, recommendation, plan)
    for name, value in vars(module).items()
    if not name.startswith("_")
}
# Findings are coded as DICOM codes are, records as FHIR does: both are called Code.
_OF_FINDINGS: dict[str, Any] = _NAMES | vars(finding) | {"Code": segmentation.Code}
KINDS: dict[str, type[Any]] = {one.__name__: one for one in get_args(Content)}
"""Contents by the name that is stored beside them."""

T = TypeVar("T")


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
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return _of_union(value, get_args(hint))
    if origin is tuple:
        return _tuple(value, get_args(hint))
    if origin is Literal or not _is_record(hint):
        return value
    known = _fields(hint)
    return hint(**{name: _build(value[name], kind) for name, kind in known.items() if name in value})


def _tuple(value: list[Any], parts: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(parts) == 2 and parts[1] is ...:  # noqa: PLR2004
        return tuple(_build(one, parts[0]) for one in value)
    return tuple(_build(one, part) for one, part in zip(value, parts, strict=True))


def _of_union(value: Any, members: tuple[Any, ...]) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return next((_build(value, one) for one in members if get_origin(one) is tuple), value)
    if not isinstance(value, dict):
        return value
    known = [one for one in members if _is_record(one) and value.keys() <= _fields(one).keys()]
    if not known:
        raise KeyError(*value)
    # What was written before a field was added lacks it: the member with the fewest others is meant.
    return _build(value, min(known, key=lambda one: len(_fields(one))))


def _is_record(hint: Any) -> bool:  # noqa: ANN401
    return isinstance(hint, type) and is_dataclass(hint)


@cache
def _fields(kind: Any) -> dict[str, Any]:  # noqa: ANN401
    names = _OF_FINDINGS if kind.__module__ in {finding.__name__, segmentation.__name__} else _NAMES
    hints = get_type_hints(kind, names)
    return {one.name: hints[one.name] for one in fields(kind)}
