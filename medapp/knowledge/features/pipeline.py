"""All that stands between a record and a model: rules, plan, embedding; fitted once, applied as it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from medapp.knowledge.features.columns import Column, units_of
from medapp.knowledge.features.embedding import CodeEmbedding, fit_embedding
from medapp.knowledge.features.plan import FeaturePlan, fit_plan
from medapp.knowledge.features.sequences import sequences
from medapp.knowledge.quality.findings import Rule
from medapp.knowledge.quality.frames import FittedRules, fit_rules
from medapp.knowledge.quality.rules import rule_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    import pandas as pd

    from medapp.domain.record.summary import Key
    from medapp.knowledge.features.columns import Statistic
    from medapp.knowledge.features.gathering import Gathered
    from medapp.knowledge.features.sequences import Sequences
    from medapp.knowledge.quality.findings import Action, Kind
    from medapp.knowledge.quality.fitting import RecordRules
    from medapp.knowledge.quality.viewing import Change

OUTCOME: Final = frozenset({"outcome"})
"""Categories of observations that are never features: they are what a model is to find."""
_NEVER_EMPTY: Final[frozenset[Statistic]] = frozenset({"count", "measured", "codes", "embedding", "flagged"})
_MODELLED: Final[tuple[Kind, ...]] = ("outlier", "impossible")


@dataclass(frozen=True, slots=True)
class FeaturePipeline:
    """What was fitted on training patients.

    Attributes:
        records: Rules of quality for records, with what training data said of variables.
        frame_rules: The part of these rules that is done to the frame: what is missing in it.
    """

    records: RecordRules
    plan: FeaturePlan
    embedding: CodeEmbedding
    frame_rules: FittedRules

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column of `frame`, in order."""
        made = (*self.plan.columns, *self.embedding.columns)
        named = {one.name: one for one in made}
        indicated = (
            replace(named[one.name], name=f"{one.name}__missing", unit="1", statistic="missing")
            for one in self.frame_rules.columns
            if one.has_missing and self.frame_rules.action("missing", one.name) == "indicator"
        )
        return (*made, *indicated)

    def frame(
        self, gathered: Gathered, index: Mapping[str, datetime | None]
    ) -> tuple[pd.DataFrame, tuple[Change, ...]]:
        """A row a patient, but for those whom a rule leaves out, and what rules changed in it.

        Args:
            gathered: After the rules for records, of the patients in `index` at least.
            index: The time that windows end at; nothing after it is looked at.
        """
        return self.frame_rules.apply(_raw(self.plan, self.embedding, gathered, index))

    def sequences(
        self, gathered: Gathered, index: Mapping[str, datetime | None], *, most_steps: int = 512
    ) -> Sequences:
        """Measurements in order of time, see `medapp.knowledge.features.sequences`."""
        return sequences(self.plan, gathered, index, most_steps=most_steps)


def fit_pipeline(
    records: RecordRules,
    gathered: Gathered,
    index: Mapping[str, datetime | None],
    *,
    windows_days: Sequence[float] = (365.0,),
    least_share: float = 0.05,
    dimensions: int = 16,
) -> FeaturePipeline:
    """Fit all that is fitted, on training patients alone.

    Args:
        records: Fitted on their records.
        gathered: Of their records after these rules.
        index: Training patients and the times that their windows end at.
        windows_days: Lengths of time before the index time; 0 for all there is before it.
        least_share: What fewer training patients have is left out.
        dimensions: Of the vectors of codes, at most.
    """
    plan = fit_plan(gathered, list(index), windows_days=windows_days, least_share=least_share)
    plan = replace(plan, carried=tuple(_carried(plan, records.rules)))
    embedding = fit_embedding(gathered, list(index), index, dimensions=dimensions)
    raw = _raw(plan, embedding, gathered, index)
    frame_rules = fit_rules(raw, _for_frame(plan, records.rules), units_of(plan.columns))
    return FeaturePipeline(records, plan, embedding, frame_rules)


def _raw(
    plan: FeaturePlan, embedding: CodeEmbedding, gathered: Gathered, index: Mapping[str, datetime | None]
) -> pd.DataFrame:
    import pandas as pd

    return pd.concat([plan.frame(gathered, index), embedding.frame(gathered, index)], axis=1)


def _carried(plan: FeaturePlan, rules: Sequence[Rule]) -> Iterator[Key]:
    """Variables whose last value before a window is to stand for it."""
    for one in plan.variables:
        rule = rule_for(rules, "missing", one.title)
        if one.is_timed and rule is not None and rule.action == "locf":
            yield one.key


def _for_frame(plan: FeaturePlan, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Rules by the names of columns: one for most of them, and those that differ."""
    actions = {
        one.name: _action(one, plan, rules) for one in plan.columns if one.statistic not in _NEVER_EMPTY
    }
    if not actions:
        return ()
    usual = Counter(actions.values()).most_common(1)[0][0]
    differing = (Rule("missing", action, name) for name, action in actions.items() if action != usual)
    return (Rule("missing", usual), *differing)


def _action(one: Column, plan: FeaturePlan, rules: Sequence[Rule]) -> Action:
    """What is done where a column has no value."""
    rule = rule_for(rules, "missing", one.title)
    action: Action = rule.action if rule is not None else "keep"
    others = [rule_for(rules, kind, one.title) for kind in _MODELLED]
    is_modelled = any(rule is not None and rule.action == "model" for rule in others)
    if action in {"keep", "indicator"} and is_modelled:
        return "model"  # what was left out of the record as an outlier is to be predicted here
    if action == "locf":
        return "keep"  # the plan carries the value forward
    if action == "indicator" and one.statistic != "value" and "measured" in plan.statistics:
        return "keep"  # that column says so already
    if action == "drop" and one.statistic == "slope":
        return "keep"  # a single value has no trend
    return action
