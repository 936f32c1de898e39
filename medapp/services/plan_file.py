"""A treatment plan as a file that reads back as the same plan.

The Bundle of `medapp.services.plan_fhir` with a Binary that holds the plan without loss, and the digests of
the resources as they were written: what another program has changed since is seen and not taken for what was
signed.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import orjson

from medapp.api.codec import dump, load
from medapp.domain.patient import Patient
from medapp.domain.plan import Plan
from medapp.services.plan_fhir import bundle_of, plan_resources, resource_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.services.fhir_parts import Node

MEDIA_TYPE: Final = "application/vnd.medapp.plan+json"
_FORMAT: Final = 1


class PlanFileError(ValueError):
    """A file holds no plan that can be taken over; the message says why."""


def plan_bundle(plan: Plan, patient: Patient) -> Node:
    """The Bundle, in JSON types."""
    resources = plan_resources(plan, patient)
    inner = {
        "format": _FORMAT,
        "plan": orjson.loads(dump(plan)),
        "patient": asdict(patient),
        "sha256": {one["id"]: _digest(one) for one in resources},
    }
    binary = {
        "resourceType": "Binary",
        "id": resource_id(plan.id, "binary"),
        "contentType": MEDIA_TYPE,
        "data": b64encode(orjson.dumps(inner, option=orjson.OPT_SORT_KEYS)).decode(),
    }
    return bundle_of(plan, [*resources, binary])


def holds_plan(bundle: object) -> bool:
    """Whether something that was read as JSON is a Bundle with a plan of this program."""
    return _binary(bundle) is not None


def read_plan(bundle: object) -> tuple[Plan, Patient]:
    """The plan, and whom it says that it is for. `Plan.patient` is the key in the library that wrote it.

    Raises:
        PlanFileError: Where there is none, it is damaged, of a later version, or was changed since.
    """
    binary = _binary(bundle)
    if binary is None:
        message = "this is no treatment plan of medapp"
        raise PlanFileError(message)
    try:
        inner = orjson.loads(b64decode(binary["data"], validate=True))
        later = inner["format"] > _FORMAT
        plan, patient = load(orjson.dumps(inner["plan"]), Plan), Patient(**inner["patient"])
        written: dict[str, str] = dict(inner["sha256"])
    except (ValueError, KeyError, TypeError) as error:
        message = "the plan in this file is damaged, or of a later version of the program"
        raise PlanFileError(message) from error
    if later:
        message = "the plan was written by a later version of the program"
        raise PlanFileError(message)
    changed = sorted(_changed(_resources(bundle), written, str(binary["id"])))
    if changed:
        message = (
            f"another program has changed {len(changed)} of its parts since it was written"
            f" ({', '.join(changed)}): it is not the plan that was decided on"
        )
        raise PlanFileError(message)
    return plan, patient


def _changed(resources: Iterable[Node], written: dict[str, str], binary: str) -> set[str]:
    """What is not as it was written: type and id of resources that differ, are missing or are new."""
    found = {str(one.get("id")): one for one in resources if one.get("id") != binary}
    names = {key: f"{one.get('resourceType')}/{key}" for key, one in found.items()}
    wrong = {key for key in written.keys() | found.keys() if key not in found or key not in written}
    wrong |= {key for key in written.keys() & found.keys() if _digest(found[key]) != written[key]}
    return {names.get(key, key) for key in wrong}


def _digest(resource: Node) -> str:
    """SHA-256 of a resource without its ``meta``, which a server writes anew."""
    rest = {key: value for key, value in resource.items() if key != "meta"}
    return hashlib.sha256(orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _resources(bundle: object) -> list[dict[str, Any]]:
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        return []
    entries = bundle.get("entry")
    if not isinstance(entries, list):
        return []
    found = [one.get("resource") for one in entries if isinstance(one, dict)]
    return [one for one in found if isinstance(one, dict)]


def _binary(bundle: object) -> Node | None:
    return next(
        (
            one
            for one in _resources(bundle)
            if one.get("resourceType") == "Binary" and one.get("contentType") == MEDIA_TYPE
        ),
        None,
    )
