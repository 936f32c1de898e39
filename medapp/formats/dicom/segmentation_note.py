"""The provenance of a segmentation as JSON text, kept in its Image Comments (0020,4000)."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from medapp.domain.provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.domain.segmentation import Segmentation

LONGEST: Final = 10_240
"""Characters of an LT value."""
_MARK: Final = "medapp-segmentation"
_VERSION: Final = 1
_MAY_BE_LEFT_OUT: Final = ("versions", "parameters", "weights")


def write_note(segmentation: Segmentation, *, edited: bool = False) -> str:
    """The text for a segmentation.

    The voxel value of every label stands in it, since segments are numbered from 1 in the object. The
    identifiers of the input are left to the object's references; where the text would be longer than an
    LT value may be, the least needed parts are left out and named under ``left_out``.
    """
    note: dict[str, Any] = {
        _MARK: _VERSION,
        "edited_by_hand": edited,
        "values": [label.value for label in segmentation.labels],
        "colors": [label.color for label in segmentation.labels],
    }
    if segmentation.provenance is not None:
        provenance = asdict(segmentation.provenance)
        del provenance["input_uids"]
        note["provenance"] = provenance
    text = _text(note)
    for name in _MAY_BE_LEFT_OUT:
        if len(text) <= LONGEST:
            break
        note.get("provenance", {}).pop(name, None)
        note.setdefault("left_out", []).append(name)
        text = _text(note)
    return text if len(text) <= LONGEST else ""


def _text(note: Mapping[str, Any]) -> str:
    return json.dumps(note, ensure_ascii=False, separators=(",", ":"), default=str)


def read_note(text: str) -> Mapping[str, Any]:
    """What `write_note` wrote; empty where the text is something else."""
    try:
        note = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(note, dict) or note.get(_MARK) != _VERSION:
        return {}
    return note


def provenance_in(note: Mapping[str, Any], input_uids: tuple[str, ...]) -> Provenance | None:
    """The provenance of a note, None where it holds none."""
    facts = note.get("provenance")
    if not isinstance(facts, dict):
        return None
    known = Provenance.__dataclass_fields__
    try:
        return Provenance(
            **{key: value for key, value in facts.items() if key in known}, input_uids=input_uids
        )
    except TypeError:
        return None
