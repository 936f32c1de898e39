"""Which body part a series shows by its header, and tasks that do not take some of them."""

from __future__ import annotations

from collections.abc import Mapping

REFUSED = "refused_body_parts"
"""Keyword in the schema of the boolean parameter that overrules the refusal: a list of defined terms."""


def stated(text: str) -> str | None:
    """BodyPartExamined (0018,0015) in upper case; None where the file does not state it."""
    return " ".join(text.split()).upper() or None


def refusal(
    parameters: Mapping[str, Mapping[str, object]], body_part: str | None, given: Mapping[str, object]
) -> str:
    """Say in words why a task does not take a body part; empty where it does.

    Headers are often wrong, so the parameter that names the body parts overrules them where it is true.

    Args:
        parameters: JSON Schema ``properties`` of the task, as its manifest has them.
        body_part: As the series states it; None where it does not.
        given: What the user has set; defaults count where nothing was set.
    """
    for name, schema in parameters.items():
        refused = schema.get(REFUSED, ())
        if not isinstance(refused, list | tuple) or body_part not in refused:
            continue
        if not given.get(name, schema.get("default", False)):
            title = schema.get("title") or name
            return (
                f"the file says that it shows {body_part}; where that is wrong, set '{title}' ({name}=true)"
            )
    return ""
