"""All that the standard demands of a resource, by the models of fhir.resources (R4B): slow, so on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from medapp.formats.fhir.faults import FaultError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.formats.fhir.fields import Node

NO_TYPE: Final = "is no type of R4B"
_WORDS: Final = {
    "missing": "is missing",
    "model_field_validation.missing": "is missing",
    "extra_forbidden": "is no element that R4B has there",
    "string_type": "must be text",
    "string_pattern_mismatch": "is not written as its type demands",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "too_short": "must not be empty",
}
"""pydantic's words for what is wrong; the others come of a value that its type does not allow."""


def faults(resource: Node) -> list[FaultError]:
    """What is wrong, each with the path of its element and without its value; empty where nothing is.

    Types that R4 has and R4B has no more cannot be checked, which is said as a fault of ``resourceType``.
    """
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    kind = resource.get("resourceType")
    if type(kind) is not str:
        return [FaultError("resourceType", "is missing")]
    try:
        model = get_fhir_model_class(kind)
    except (LookupError, ImportError, ValueError):
        return [FaultError("resourceType", NO_TYPE)]
    try:
        model.model_validate(resource)
    except ValidationError as error:
        found = error.errors(include_input=False, include_context=False, include_url=False)
        return [FaultError(_path(one["loc"]) or kind, _why(one["type"], one["loc"])) for one in found]
    except RecursionError:
        return [FaultError(kind, "is nested deeper than can be checked")]
    return []


def validate(resource: Node) -> list[str]:
    """What is wrong, in sentences without a point."""
    return [f"{fault.path} {fault.why}" for fault in faults(resource)]


def _path(steps: Sequence[Any]) -> str:
    """``reaction[0].manifestation``."""
    path = ""
    for step in steps:
        path += f"[{step}]" if type(step) is int else f".{step}"
    return path.removeprefix(".")


def _why(kind: str, steps: Sequence[Any]) -> str:
    if not steps:
        return "lacks a choice that must be made, or makes one twice"
    return _WORDS.get(kind, "is not what its type demands")
