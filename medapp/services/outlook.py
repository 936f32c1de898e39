"""What may come for a patient as they are now, by a survival model: beside all options, the same for each.

No model here knows what an option changes; a difference between options is never made of these numbers.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from medapp.domain.recommendation import Citation, Estimate

if TYPE_CHECKING:
    from datetime import date

    from medapp.jobs import JobHandle
    from medapp.services.app import App
    from medapp.services.classifying import FindingsProposal
    from medapp.services.recommending import Subject

TASK: Final = "record.risk"
_QUESTION: Final = "death"
LIMIT: Final = (
    "Of the patient as the record shows them now, the same for every option: no model here knows what an "
    "option changes."
)
Json = dict[str, object]


@dataclass(frozen=True)
class Outlook:
    """Predicted shares with intervals, or why there are none.

    Attributes:
        abstained: A sentence; empty where there are estimates.
        remarks: What the reader of the numbers should know.
    """

    estimates: tuple[Estimate, ...]
    abstained: str = ""
    remarks: tuple[str, ...] = ()


def start_outlook(app: App, subject: Subject, on: date | None = None, *, seed: int = 0) -> JobHandle:
    """Queue the question of death; the result of the job is a `FindingsProposal`, see `outlook_of`.

    Args:
        app: The program.
        subject: Whom it is asked about.
        on: The day that it holds for; that of the last entry where None.
        seed: Of every random choice.

    Raises:
        KeyError: Where the model is not installed.
        ValueError: Where it cannot be asked about the patient.
    """
    from medapp.services.classifying import Target, start_classification

    known = subject.medicines
    target = Target(subject.key, subject.name, record=known.record, genome=known.genome)
    parameters = {"question": _QUESTION} | ({"as_of": on.isoformat()} if on is not None else {})
    return start_classification(app, TASK, target, parameters, seed=seed)


def outlook_of(proposal: FindingsProposal) -> Outlook:
    """Estimates out of the answer; a risk without an interval or a horizon is left out."""
    weights = ", ".join(f"{name} {digest[:12]}" for name, digest in proposal.provenance.weights.items())
    card = f"as {proposal.card} states" if proposal.card else ""
    source = Citation("model", proposal.task.title, weights, proposal.provenance.plugin_version, card)
    estimates = []
    for one in proposal.result.findings:
        numbers = [one.probability, one.low, one.high, one.horizon_days]
        known = [number for number in numbers if number is not None]
        if len(known) == len(numbers) and one.kind == "risk":
            said, low, high, days = known
            estimates.append(Estimate(one.title, said, low, high, days, source))
    remarks = tuple(notice.message for notice in proposal.result.notices)
    reason = proposal.result.abstained
    if not estimates and not reason:
        reason = "The model gives no risk with an interval."
    return Outlook(tuple(estimates), "" if estimates else reason, (LIMIT, *remarks) if estimates else remarks)


def outlook_json(outlook: Outlook) -> Json:
    """In JSON types. Keys: ``estimates``, ``abstained``, ``remarks``."""
    return {
        "estimates": [asdict(one) for one in outlook.estimates],
        "abstained": outlook.abstained,
        "remarks": list(outlook.remarks),
    }
