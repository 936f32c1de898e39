"""``result.json`` of proposals of treatment."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from medapp.api.wire_treatment import options_report
from medapp.services.medicines_file import NOTICE, checks_json
from medapp.services.result_file import VERSION

if TYPE_CHECKING:
    from medapp.services.recommending import Recommendation

Json = dict[str, object]
REPORT: Final = "result.json"


def recommendation_json(proposal: Recommendation) -> Json:
    """A proposal in JSON types; what is not known is null.

    Keys: ``version``, ``warning``, ``result`` (its id), ``task``, ``title``, ``card``, ``options`` and
    ``baseline`` (fields of `medapp.domain.recommendation.Option`: ``checks`` with sources, ``vetoed`` names
    those that forbid it), ``abstained``, ``familiarity``, ``charts``, ``notices``, ``current`` (see
    `medapp.services.medicines_file.checks_json`), ``provenance``.
    """
    return {
        "version": VERSION,
        "warning": NOTICE,
        "result": proposal.id,
        "task": proposal.task.id,
        "title": proposal.task.title,
        "card": proposal.card,
        **options_report(proposal.result),
        "current": checks_json(proposal.current, proposal.patient),
        "provenance": asdict(proposal.provenance),
    }
