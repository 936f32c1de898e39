"""All that the standard demands of a resource, by the models of fhir.resources (R4B): slow, so on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medapp.formats.fhir.fields import Node


def validate(resource: Node) -> list[str]:
    """What is wrong, with the path of each element and without its value; empty where nothing is.

    Types that R4 has and R4B has no more cannot be checked, which is said in a sentence too.
    """
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    kind = resource.get("resourceType")
    if type(kind) is not str:
        return ["resourceType is missing"]
    try:
        model = get_fhir_model_class(kind)
    except (LookupError, ImportError, ValueError):
        return [f"{kind} is no type of R4B"]
    try:
        model.model_validate(resource)
    except ValidationError as error:
        found = error.errors(include_input=False, include_context=False, include_url=False)
        return [f"{'.'.join(str(step) for step in one['loc']) or kind}: {one['type']}" for one in found]
    return []
