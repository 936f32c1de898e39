"""The resources of a Bundle (FHIR R4, 2.36), of whichever type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medapp.formats.fhir.fields import Node

Placed = tuple[str, Any, str]
"""Where a resource stands (``entry[3]``), what stands there, and its fullUrl."""


def flat(group: list[Placed], prefix: str = "") -> Iterator[Placed]:
    """The resources of Bundles, and of Bundles in Bundles, with place and fullUrl."""
    for where, node, url in group:
        at = f"{prefix}{where}"
        if type(node) is dict and node.get("resourceType") == "Bundle":
            yield from flat(list(_entries(node)), f"{at}." if at else "")
        else:
            yield at, node, url


def _entries(bundle: Node) -> Iterator[Placed]:
    found = bundle.get("entry")
    if found is not None and type(found) is not list:
        yield "entry", None, ""
        return
    for at, one in enumerate(found or ()):
        if type(one) is not dict:
            yield f"entry[{at}]", None, ""
        elif "resource" in one:
            url = one.get("fullUrl")
            yield f"entry[{at}]", one["resource"], url if type(url) is str else ""
