"""treatment.next: medicines for the current visit, ranked by what was prescribed at visits like it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from medapp.api import Estimate, InputCheck, RecommendResult, SegmentRequest, TaskRefused
from medapp.domain.finding import Familiarity
from medapp.domain.notice import Notice
from medapp.domain.record import When

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from medapp.api import JobContext, RecommendRequest, TaskRequest
    from medapp.domain.record import Record
    from medapp_treatment.next_visit.cohort import Patient
    from medapp_treatment.next_visit.model import Model
    from medapp_treatment.next_visit.visits import History

_MEMORY: Final = 500_000_000
_METHOD: Final = "share of problems, procedures and kinds of the visit that the training does not know"
_STALE: Final = 365
_KINDS: Final = frozenset({"problem", "procedure", "visit"})


def check_input(request: TaskRequest) -> InputCheck:
    """A record with at least one entry."""
    record = None if isinstance(request, SegmentRequest) else request.record
    if record is None or not record.entries:
        return InputCheck(ok=False, reason="needs a record of the patient with entries in it")
    return InputCheck(ok=True)


def estimate(request: TaskRequest) -> Estimate:  # noqa: ARG001 - the same for all
    """The models are small."""
    return Estimate(_MEMORY, 5.0)


def recommend(request: RecommendRequest, context: JobContext) -> RecommendResult:
    """Rank medicines, or abstain with the reason.

    Raises:
        TaskRefused: Where `check_input` says no, a setting is wrong, or the weights cannot be used.
        FileNotFoundError: Where the weights are not installed.
    """
    from medapp_treatment.next_visit.cohort import patient_of
    from medapp_treatment.next_visit.model import WEIGHTS
    from medapp_treatment.next_visit.proposing import propose
    from medapp_treatment.next_visit.visits import history_of

    check = check_input(request)
    if not check.ok:
        raise TaskRefused(check.reason)
    context.progress(0.0, "reading the model")
    model = model_of(context.weights(WEIGHTS))
    context.progress(0.2, "reading the record")
    until = _day(str(request.parameters.get("as_of", "")))
    history = history_of(request.record, until)
    patient = patient_of(history)
    familiarity = None
    reason = _lacking(history, request, until)
    if not reason:
        familiarity = _familiarity(model, patient)
        reason = _strange(model, history, patient, familiarity)
    notices = _notices(history)
    if reason:
        return RecommendResult((), reason, familiarity, notices=notices)
    notices = (*notices, _last_visit(history, until))
    context.progress(0.4, "asking the model")
    found = propose(model, patient, history, request, context.check_cancelled)
    context.progress(1.0, "done")
    return RecommendResult(
        found.options,
        found.abstained,
        familiarity,
        found.charts,
        found.baseline,
        (*notices, *found.notices),
        history.visits[-1].day.isoformat(),
    )


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        message = f"{text.strip()!r} is no day such as 2024-05-31"
        raise TaskRefused(message) from error


def _lacking(history: History, request: RecommendRequest, until: date | None) -> str:
    """Why nothing can be said, from the record alone."""
    if _has_died(request.record, until):
        return "The record says that the patient has died; ask for a day before that (as_of)."
    if not history.visits:
        return "The record holds no visit, procedure or medicine with a date."
    last = history.visits[-1].day
    limit = int(str(request.parameters.get("stale_days", _STALE)))
    now = until or _today()
    days = (now - last).days
    if days > limit:
        return (
            f"The last visit, on {last}, lies {days} days before {now}, more than {limit}: it is too old to "
            "go by. Ask for a day of that time (as_of), or set another limit (stale_days)."
        )
    return ""


def _has_died(record: Record, until: date | None) -> bool:
    """Whether any source says so, and not of a day after the one that is asked about."""
    stated = [one.deceased for one in record.persons]
    return any(
        one is True or (isinstance(one, When) and (until is None or one.day <= until)) for one in stated
    )


def _today() -> date:
    """What is entered today, or supposed, makes no visit more recent: its age is counted to the day asked."""
    return date.today()  # noqa: DTZ011 - days as the patient counts them


def _familiarity(model: Model, patient: Patient) -> Familiarity:
    from medapp_treatment.next_visit.fitting import known_share

    share = known_share(patient, len(patient.rows) - 1, model.final.columns)
    return Familiarity(1 - share, 1 - model.final.known, _METHOD)


def _strange(model: Model, history: History, patient: Patient, familiarity: Familiarity) -> str:
    columns = model.final.columns
    age = history.age(history.visits[-1].day)
    if age is not None and not columns.lowest <= age <= columns.highest:
        return (
            f"The training had patients of {columns.lowest:.0f} to {columns.highest:.0f} years; "
            f"this one was {age:.0f}."
        )
    if familiarity.score >= 1:
        day = history.visits[-1].day
        stated, learned = _terms(patient.rows[-1]), _terms(columns.names)
        if not stated:
            return (
                f"The current visit, on {day}, states no problem, procedure or kind of visit, by which the "
                "model goes."
            )
        return (
            f"Nothing that is stated at the current visit, on {day}, is known to the model: the record has "
            f"{_listed(stated)} there; the model learned {_listed(learned)}."
        )
    if familiarity.is_strange:
        known = 100 * (1 - familiarity.score)
        return f"The model knows only {known:.0f} % of what is stated at the current visit."
    return ""


def _terms(columns: Iterable[str]) -> Counter[str]:
    """How many problems, procedures and kinds of visits are told in each terminology, or in words."""
    found: Counter[str] = Counter()
    for one in columns:
        kind, _, rest = one.partition(" ")
        if kind in _KINDS:
            system, colon, _ = rest.partition(":")
            found[system if colon and system.isalnum() else "words or codes of its own"] += 1
    return found


def _listed(terms: Counter[str]) -> str:
    return ", ".join(f"{count} by {name}" for name, count in terms.most_common())


def _notices(history: History) -> tuple[Notice, ...]:
    found = []
    if history.born is None:
        found.append(Notice("age-unknown", "The age is not known or contradicted; it was left out."))
    if history.sex not in {"female", "male"}:
        found.append(Notice("sex-unknown", "The sex is not known or contradicted; it was left out."))
    if history.undated:
        message = f"{history.undated} entries without a date and a visit were left out."
        found.append(Notice("undated", message, "info", {"entries": history.undated}))
    return tuple(found)


def _last_visit(history: History, until: date | None) -> Notice:
    """Which visit the proposals are for."""
    day, now = history.visits[-1].day, until or _today()
    days = (now - day).days
    message = f"The proposals are for the last visit, on {day}, {days} days before {now}."
    return Notice("last-visit", message, "info", {"days": days})


@lru_cache(maxsize=1)
def model_of(path: Path) -> Model:
    """Read a model; what was read last is kept.

    Raises:
        TaskRefused: Where the file is not what its name says.
    """
    from medapp_treatment.next_visit.model import load

    try:
        return load(path)
    except ValueError as error:
        raise TaskRefused(str(error)) from error
