"""Features of records: rules applied, a pipeline fitted or a given one applied, never fitted again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final, Literal

from medapp.domain.record import Entry, Person
from medapp.services import relative_times

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from medapp.knowledge.features import FeaturePipeline, Gathered, Sequences
    from medapp.knowledge.features.plan import Unfit
    from medapp.knowledge.quality import Change, RecordRules, Rule
    from medapp.services.feature_records import Chunk, Records

    Tell = Callable[[float, str], None]

NOTICE: Final = "Not for diagnostic use."
LAST: Final = "last"
_LOOKED: Final = 0.45
"""Share of the work when all was looked through once, and when all was taken."""
_TAKEN: Final = 0.9
RulesFrom = Literal["file", "chosen", "proposed", "plan"]


def _untold(_share: float, _what: str) -> None:
    """For whoever does not want to know how far it is."""


def _part(tell: Tell, start: float, end: float, what: str) -> Callable[[float], None]:
    """Tells of a part of the work, of which it is given the share that is done."""
    return lambda share: tell(start + (end - start) * share, what)


class NothingToLearnError(ValueError):
    """There is no patient with anything that could be a feature."""


@dataclass(frozen=True)
class FeatureWish:
    """What is asked for.

    Attributes:
        index_time: The moment that windows end at; None for each patient's last of which anything is known.
        windows_days: Lengths of time before it; 0 for all there is.
        rules: Of quality; None for those that are chosen, and where nothing is, those that are proposed.
        chosen: Rules that a person has chosen in the window.
        today: For dates that are yet to come.
    """

    index_time: datetime | None = None
    windows_days: tuple[float, ...] = (365.0,)
    rules: Sequence[Rule] | None = None
    chosen: Sequence[Rule] = ()
    today: date | None = None


@dataclass(frozen=True)
class Features:
    """What was made.

    Attributes:
        frame: A row a patient.
        index: Patients and the times that their windows end at, those of `frame` and those left out of it.
        changes: What rules did: stage (``record`` or ``frame``) and change.
        left_out: Numbers that cannot be brought into the unit of their variable.
        unknown: Titles of variables and codes that are no columns, and how many patients have them.
        entries: Before and after the rules.
    """

    pipeline: FeaturePipeline
    frame: pd.DataFrame
    sequences: Sequences
    index: dict[str, datetime | None]
    changes: tuple[tuple[str, Change], ...]
    left_out: tuple[Unfit, ...]
    unknown: tuple[tuple[str, int], ...]
    entries: tuple[int, int]
    rules_from: RulesFrom
    is_fitted: bool

    def to_dict(self) -> dict[str, Any]:
        """Figures as plain values for JSON."""
        plan = self.pipeline.plan
        statistics = Counter(one.statistic for one in self.pipeline.columns)
        shape = self.sequences.values.shape
        return {
            "notice": NOTICE,
            "fitted": self.is_fitted,
            "patients": len(self.index),
            "rows": len(self.frame),
            "columns": len(self.frame.columns),
            "statistics": dict(statistics),
            "variables": len(plan.variables),
            "codes": len(plan.codes),
            "windows_days": list(plan.windows_days),
            "sequences": {"patients": shape[0], "steps": shape[1], "variables": shape[2]},
            "entries": {"before": self.entries[0], "after": self.entries[1]},
            "rules_from": self.rules_from,
            "rules": [
                {"kind": one.kind, "action": one.action, "variable": one.variable}
                for one in self.pipeline.records.rules
            ],
            "changes": [
                {"stage": stage, "kind": one.kind, "action": one.action, "variable": one.variable,
                 "found": one.found, "changed": one.changed}
                for stage, one in self.changes
            ],
            "left_out_by_unit": [
                {"variable": each.variable.title, "unit": each.variable.unit, "units": each.units,
                 "why": each.why}
                for each in self.left_out
            ],
            "left_out_variables": [{"variable": title, "patients": count} for title, count in self.unknown],
        }  # fmt: skip


def fit_features(records: Records, wish: FeatureWish, tell: Tell = _untold) -> Features:
    """Fit everything on these records, and make their features.

    Args:
        records: Gone through twice.
        wish: What is asked for.
        tell: Told how far it is, 0 to 1, and what is done; what it raises ends it.

    Raises:
        NothingToLearnError: Where there is none.
    """
    from medapp.knowledge.features import fit_pipeline
    from medapp.knowledge.quality import Audit, fit_records, together

    audit = Audit()
    records.look(audit, _part(tell, 0, _LOOKED, "looking through records"))
    if wish.rules is not None:
        rules, source = tuple(wish.rules), "file"
    else:
        rules = together(audit.proposed(wish.today), wish.chosen)
        source = "chosen" if wish.chosen else "proposed"
    fitted = fit_records(rules, audit, today=wish.today)
    del audit
    taken = _Taken(fitted, wish.today)
    for chunk in records.chunks(_part(tell, _LOOKED, _TAKEN, "applying rules")):
        taken.take(chunk)
    tell(_TAKEN, "choosing columns")
    index = taken.index(wish.index_time)
    pipeline = fit_pipeline(fitted, taken.gathered, index, windows_days=wish.windows_days)
    if not pipeline.columns:
        message = "there is nothing in these records that could be a feature"
        raise NothingToLearnError(message)
    return taken.made(pipeline, index, source, is_fitted=True)  # type: ignore[arg-type]


def apply_features(
    records: Records, pipeline: FeaturePipeline, wish: FeatureWish, tell: Tell = _untold
) -> Features:
    """Make the features of records as they were made of training data; nothing is fitted.

    Args:
        records: Any, of other patients too.
        pipeline: That was fitted on training data; its rules and windows are taken.
        wish: Its index time, and today.
        tell: Told how far it is, 0 to 1, and what is done; what it raises ends it.
    """
    records.look(None, _part(tell, 0, _LOOKED, "looking through records"))
    taken = _Taken(pipeline.records, wish.today)
    for chunk in records.chunks(_part(tell, _LOOKED, _TAKEN, "applying rules")):
        taken.take(chunk)
    tell(_TAKEN, "filling columns")
    return taken.made(pipeline, taken.index(wish.index_time), "plan", is_fitted=False)


def index_time(text: str) -> datetime | None:
    """A moment by what was typed: ``last``, a day (its end), a day and time, or ``event+DAYS``.

    Raises:
        ValueError: Where it is none of these.
    """
    if text == LAST:
        return None
    beside = relative_times.moment_of(text)
    if beside is not None:
        return beside
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is neither {LAST!r} nor a date such as 2020-01-31T08:00, nor event+30 (days)"
        raise ValueError(message) from error
    if len(text) <= len("2020-01-31"):
        return datetime.combine(found.date(), time.max, UTC)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _gathered() -> Gathered:
    from medapp.knowledge.features import Gathered

    return Gathered()


@dataclass
class _Taken:
    """What was taken of records, chunk by chunk."""

    rules: RecordRules
    today: date | None
    gathered: Gathered = field(default_factory=_gathered)
    subjects: dict[str, None] = field(default_factory=dict)
    before: int = 0
    after: int = 0
    log: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)

    def take(self, chunk: Chunk) -> None:
        """Apply rules to whole patients and take their numbers and codes."""
        from medapp.knowledge.features import OUTCOME, gather

        view = self.rules.apply(chunk.items, today=self.today, wide=chunk.wide)

        def beside_event(entry: Entry) -> datetime | None:
            offset = chunk.offsets.get(entry.source.file)
            return offset.moment(entry) if offset is not None else None

        times = beside_event if chunk.offsets else None
        gather(view.items, without=OUTCOME, marks=view.marks, into=self.gathered, times=times)
        for item in chunk.items:
            if isinstance(item, Person | Entry):
                self.subjects[item.subject] = None
        self.before += sum(isinstance(item, Entry) for item in chunk.items)
        self.after += sum(isinstance(item, Entry) for item in view.items)
        for one in view.log:
            counts = self.log.setdefault((one.kind, one.action, one.variable), [0, 0])
            counts[0] += one.found
            counts[1] += one.changed

    def index(self, moment: datetime | None) -> dict[str, datetime | None]:
        """Every patient and the time that windows end at.

        Raises:
            NothingToLearnError: Where there is nobody.
        """
        if not self.subjects:
            message = "there is no patient in these records"
            raise NothingToLearnError(message)
        found = [self.gathered.last(one) for one in self.subjects]
        near = [relative_times.is_beside_event(one) for one in (*found, moment) if one is not None]
        if len(set(near)) > 1:
            message = (
                "dates, and times that are counted from an event, cannot be put on one scale: "
                "make features of each by themselves, with --index-time event+DAYS for the second"
            )
            raise NothingToLearnError(message)
        return {one: moment or self.gathered.last(one) for one in self.subjects}

    def made(
        self,
        pipeline: FeaturePipeline,
        index: dict[str, datetime | None],
        rules_from: RulesFrom,
        *,
        is_fitted: bool,
    ) -> Features:
        """Frame and sequences."""
        from medapp.knowledge.quality import Change

        frame, changes = pipeline.frame(self.gathered, index)
        told = [("record", Change(*key, *counts)) for key, counts in self.log.items()]  # type: ignore[arg-type]
        told += [("frame", one) for one in changes if one.action != "keep"]
        return Features(
            pipeline,
            frame,
            pipeline.sequences(self.gathered, {one: index[one] for one in frame.index}),
            index,
            tuple(told),
            pipeline.plan.unfit(self.gathered),
            pipeline.plan.unknown(self.gathered),
            (self.before, self.after),
            rules_from,
            is_fitted,
        )
