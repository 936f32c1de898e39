"""How a proposal came to be, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.ui.findings.words import number
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.finding import Familiarity
    from medapp.services.recommending import KeptProposal


def made_by(found: KeptProposal) -> str:
    """Model with its version, and when."""
    entry = found.entry
    when = entry.created[:16].replace("T", " ")
    return tr(
        "Proposed by {task} {version} on {when}. A proposal, not an order.",
        task=entry.task,
        version=entry.version,
        when=when,
    )


def familiarity(found: Familiarity | None) -> str:
    """How like the patients that the model knows this one is; empty where the model does not judge that."""
    if found is None:
        return ""
    said = (
        tr("unlike the patients that the model was trained on")
        if found.is_strange
        else tr("like the patients that the model was trained on")
    )
    return tr(
        "This patient is {said} ({method}: {score}, limit {limit}).",
        said=said,
        method=found.method,
        score=number(found.score),
        limit=number(found.limit),
    )
