"""Options out of ranked medicines: a set, then one by one, each with its reasons and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.api import TaskRefused
from medapp.domain.finding import Chart, Trace
from medapp.domain.notice import Notice
from medapp.domain.recommendation import Change, Citation, Drug, Estimate, Option, Statement
from medapp_treatment.medicines import ingredients_of, product_of
from medapp_treatment.next_visit.answering import ranking, reasons
from medapp_treatment.next_visit.learners import LEARNERS, TITLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from medapp.api import RecommendRequest
    from medapp_treatment.next_visit.answering import Ranked, Reason
    from medapp_treatment.next_visit.cohort import Patient
    from medapp_treatment.next_visit.model import Model
    from medapp_treatment.next_visit.visits import History

_SHOWN_FOR, _SHOWN_AGAINST = 4, 2
_CONSIDERED: Final = 0.5
"""Share of the threshold from which a medicine is worth showing, below it as one that is not proposed."""
_CHARTED: Final = 8
_OUTCOME: Final = "prescribed at visits like this one"
_LIMITS: Final = (
    "Ranks what was prescribed at such visits, not what helps; it knows no doses, and that something is not "
    "proposed is no reason to stop it."
)


@dataclass(frozen=True, slots=True)
class Found:
    """What is proposed; where nothing is, `abstained` says why."""

    options: tuple[Option, ...]
    baseline: Option | None
    charts: tuple[Chart, ...]
    notices: tuple[Notice, ...]
    abstained: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What all options share.

    Attributes:
        current: Ingredients that the patient takes.
        allowed: Ingredients that may be started; None for any.
        because: Reasons by name of the medicine.
    """

    name: str
    model: Citation
    current: frozenset[str]
    allowed: frozenset[str] | None
    because: dict[str, list[Reason]]

    def may(self, name: str) -> bool:
        """Whether a medicine may be proposed."""
        return self.allowed is None or name in self.allowed or name in self.current


def propose(
    model: Model, patient: Patient, history: History, request: RecommendRequest, check: Callable[[], None]
) -> Found:
    """Rank, explain and put into options.

    Raises:
        TaskRefused: Where the algorithm is not known.
    """
    name = str(request.parameters.get("algorithm", "usual"))
    name = model.default if name in {"", "usual"} else name
    if name not in LEARNERS:
        message = f"there is no algorithm {name!r}: {', '.join(LEARNERS)}"
        raise TaskRefused(message)
    allowed = frozenset(one for drug in request.candidates for one in drug.ingredients)
    asked = _Asked(name, citation(model, name), _current(request), allowed or None, {})
    ranked = [one for one in ranking(model, patient, name) if asked.may(one.name)]
    threshold = model.final.learners[name].threshold
    charts = (_chart(ranked[:_CHARTED], threshold),) if ranked else ()
    likely = [one for one in ranked if one.probability >= _CONSIDERED * threshold]
    notices = _notices(model, asked)
    if not likely:
        baseline = _last_set(history, (), asked)
        return Found((), baseline, charts, notices, _none_likely(ranked, threshold))
    chosen = [one for one in likely if one.probability >= threshold]
    shown = likely[: int(str(request.parameters.get("options", 8)))]
    told = list({one.name: one for one in (*chosen, *shown)}.values())
    for one, because in zip(told, reasons(model, patient, name, told, check), strict=True):
        asked.because[one.name] = because
    single = tuple(_of_one(one, asked, proposed=one.probability >= threshold) for one in shown)
    options = (_of_set(chosen, asked), *single) if len(chosen) > 1 else single
    return Found(options, _last_set(history, chosen, asked), charts, notices)


def _none_likely(ranked: Sequence[Ranked], threshold: float) -> str:
    if not ranked:
        return "The model knows none of the medicines that may be proposed."
    best = ranked[0]
    return (
        f"No medicine is likely at this visit: the most probable, {best.name}, has {best.probability:.2f}, "
        f"and one is proposed from {threshold:.2f}."
    )


def _notices(model: Model, asked: _Asked) -> tuple[Notice, ...]:
    found = [Notice("limits", _LIMITS, "info")]
    unknown = sorted(asked.current - set(model.final.medicines))
    if unknown:
        message = f"The model does not know {', '.join(unknown)}."
        found.append(Notice("unknown-medicines", message, "info", {"medicines": unknown}))
    return tuple(found)


def citation(model: Model, name: str) -> Citation:
    """The model, how well it did on patients that it had not seen, and whom it was trained on."""
    data, figures = model.facts["data"], model.facts["figures"][name]
    value, low, high = figures["jaccard"]
    spread = "" if low is None else f" ({low:.3f} to {high:.3f})"
    return Citation(
        "model",
        f"treatment.next, {TITLES[name]}",
        "treatment_next.safetensors",
        "1",
        f"on held-back patients: Jaccard {value:.3f}{spread}",
        f"{data['patients']} patients with {data['visits']} visits, {data['format']}",
    )


def _current(request: RecommendRequest) -> frozenset[str]:
    found: set[str] = set()
    for drug in request.current:
        found.update(drug.ingredients)
        found.update(ingredients_of(drug.name))
    return frozenset(found)


def _change(name: str, asked: _Asked, reason: str = "") -> Change:
    parts = product_of(name)
    action = "continue" if asked.current.issuperset(parts) else "start"
    return Change(action, Drug(" / ".join(parts), parts), reason=reason)  # type: ignore[arg-type]


def _changes(names: Sequence[str], asked: _Asked) -> tuple[Change, ...]:
    """One for each product: where a combination is meant, its parts are no lines of their own."""
    within = {part for name in names for part in product_of(name)[:-1]}
    return tuple(_change(name, asked) for name in names if name not in within)


def _of_one(one: Ranked, asked: _Asked, *, proposed: bool) -> Option:
    because = asked.because.get(one.name, [])
    words = (
        "likely enough to be proposed" if proposed else "not likely enough to be proposed, shown to compare"
    )
    change = _change(one.name, asked)
    statements = (*_statements(because, one.name), _validation(asked, words))
    title = f"{'Go on with' if change.action == 'continue' else 'Start'} {change.drug.name}"
    title = title if proposed else f"{title} (less likely)"
    return Option(
        f"one:{one.name}", title, (change,), one.probability, statements, estimates=(_estimate(one, asked),)
    )


def _of_set(chosen: Sequence[Ranked], asked: _Asked) -> Option:
    statements: list[Statement] = []
    for one in chosen:
        statements += _statements(asked.because.get(one.name, [])[:2], one.name)
    score = sum(one.probability for one in chosen) / len(chosen)
    return Option(
        "set",
        f"All {len(chosen)} medicines that are likely at this visit",
        _changes([one.name for one in chosen], asked),
        score,
        (*statements, _validation(asked, "the score is the mean probability")),
        estimates=tuple(_estimate(one, asked, of=True) for one in chosen),
    )


def _estimate(one: Ranked, asked: _Asked, *, of: bool = False) -> Estimate:
    outcome = f"{one.name} {_OUTCOME}" if of else _OUTCOME
    return Estimate(outcome, one.probability, one.low, one.high, 0.0, asked.model)


def _statements(because: Sequence[Reason], name: str) -> tuple[Statement, ...]:
    speaking = [one for one in because if one.effect >= 0][:_SHOWN_FOR]
    against = [one for one in because if one.effect < 0][:_SHOWN_AGAINST]
    found = []
    for one in (*speaking, *against):
        direction = "for" if one.effect >= 0 else "against"
        text = f"{one.title} ({one.kind}) moved the log-odds of {name} by {one.effect:+.2f}."
        source = Citation("record", one.title, ", ".join(one.entries[:3]))
        found.append(Statement(direction, text, source, one.entries))  # type: ignore[arg-type]
    return tuple(found)


def _validation(asked: _Asked, words: str) -> Statement:
    text = f"Ranked by {TITLES[asked.name]}, {words}; {asked.model.strength}."
    return Statement("note", text, asked.model)


def _last_set(history: History, chosen: Sequence[Ranked], asked: _Asked) -> Option | None:
    """What stood at the last visit with medicines before this one; None where the same is proposed."""
    before = [one for one in history.visits[:-1] if one.medicines]
    if not before:
        return None
    names = [one for one in sorted(before[-1].medicines) if asked.may(one)]
    if not names or set(names) == {one.name for one in chosen}:
        return None
    day = before[-1].day.isoformat()
    entries = tuple(entry for name in names for entry in before[-1].medicines[name].entries)
    source = Citation("record", f"Medicines of the visit on {day}", version=day)
    text = f"Prescribed at the last visit with medicines, on {day}."
    return Option(
        "baseline:same",
        f"The same as on {day}",
        _changes(names, asked),
        None,
        (Statement("note", text, source, entries),),
    )


def _chart(shown: Sequence[Ranked], threshold: float) -> Chart:
    places = tuple(float(place) for place in range(len(shown)))
    bars = Trace(
        "probability",
        places,
        tuple(one.probability for one in shown),
        "bars",
        tuple(one.low for one in shown),
        tuple(one.high for one in shown),
        tuple(one.name for one in shown),
    )
    line = Trace("threshold of the set", (places[0], places[-1]), (threshold, threshold), "line")
    return Chart("ranking", "Medicines by probability", "medicine", "probability", (bars, line))
